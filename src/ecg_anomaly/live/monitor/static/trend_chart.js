// The heart rate of the last hour, drawn by uPlot, with a mark at every alarm.

import { clock, element } from "./format.js";

/* global uPlot */

const HEIGHT = 140;
const HOUR_S = 3600;

export class TrendChart {
  constructor() {
    this.place = element("div", "trend");
    this.node = element("section", "panel", element("h3", "", "Heart rate, last hour"), this.place);
    this.shown = null;
    this.alarms = [];
  }

  /** Renew the chart if the trend, the width or the alarms have changed. */
  show(patient) {
    const { trend } = patient;
    const width = this.place.clientWidth;
    if (!trend || !width) return;
    const alarms = patient.alarms.filter((alarm) => alarm.priority !== "technical");
    if (trend === this.shown && width === this.width && alarms.length === this.alarms.length) return;
    this.alarms = alarms;
    if (!this.chart || width !== this.width) this.make(width);
    Object.assign(this, { shown: trend, width });
    const times = trend.rate_bpm.map((_, i) => trend.start_s + (i + 0.5) * trend.step_s);
    this.chart.setData([times, trend.rate_bpm]);
    const end = Math.max(600, trend.start_s + trend.rate_bpm.length * trend.step_s);
    this.chart.setScale("x", { min: Math.max(0, end - HOUR_S), max: end });
  }

  /** Make the chart anew, in the colours of the style sheet. */
  make(width) {
    this.chart?.destroy();
    const style = getComputedStyle(this.place);
    const soft = style.getPropertyValue("--soft");
    const grid = { stroke: style.getPropertyValue("--line"), width: 1 };
    const axis = { stroke: soft, grid, ticks: grid, font: "12px system-ui, sans-serif" };
    this.chart = new uPlot({
      width,
      height: HEIGHT,
      padding: [8, 30, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      scales: { x: { time: false, auto: false }, y: { range: (_, low, high) => this.range(low, high) } },
      axes: [
        { ...axis, space: 80, size: 26, gap: 3, values: (_, ticks) => ticks.map(clock), incrs: [60, 120, 300, 600, 900] },
        { ...axis, size: 44, space: 26 },
      ],
      series: [{}, {
        stroke: style.getPropertyValue("--trace"), width: 1.8, points: { size: 4 },
      }],
      hooks: { draw: [(chart) => this.markAlarms(chart, style.getPropertyValue("--flag"))] },
    }, [[], []], this.place);
  }

  range(low, high) {
    return [Math.min(40, Math.floor((low ?? 60) / 20) * 20), Math.max(120, Math.ceil((high ?? 100) / 20) * 20)];
  }

  markAlarms(chart, colour) {
    const { ctx, bbox } = chart;
    const size = 5 * (window.devicePixelRatio || 1);
    ctx.save();
    ctx.fillStyle = colour;
    for (const alarm of this.alarms) {
      const x = chart.valToPos(alarm.start_s, "x", true);
      if (x < bbox.left || x > bbox.left + bbox.width) continue;
      ctx.beginPath();
      ctx.moveTo(x - size, bbox.top);
      ctx.lineTo(x + size, bbox.top);
      ctx.lineTo(x, bbox.top + 2 * size);
      ctx.fill();
    }
    ctx.restore();
  }

  /** Forget the chart: it is made anew in new colours. */
  redraw() {
    this.width = null;
  }
}
