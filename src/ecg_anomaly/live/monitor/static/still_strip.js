// A strip that stands still: the signal around the start of an alarm.

import { drawPaper } from "./ecg_paper.js";

/** Return the middle value of a row, nulls left out. */
function median(row) {
  const known = row.filter((value) => value !== null).sort((a, b) => a - b);
  return known.length ? known[Math.floor(known.length / 2)] : 0;
}

/**
 * Draw leads of a strip one under the other over the whole canvas; the squares of the paper are
 * 0.2 s and 0.5 mV, unless a lead would not fit. A broken line stands where the alarm starts or,
 * if that was too long before, where it was raised.
 */
export function drawStill(canvas, strip, { most = 12 } = {}) {
  const rows = strip.values.map((values, lead) => ({ values, name: strip.leads[lead] }))
    .filter(({ values }) => values.some((value) => value !== null)).slice(0, most);
  const { clientHeight: height, clientWidth: width } = canvas;
  const seconds = Math.max(1, (strip.values[0]?.length ?? 0) / strip.fs);
  const pointsPerS = width / seconds;
  const context = drawPaper(canvas, pointsPerS / 25);
  const style = getComputedStyle(canvas);
  markStart(context, (strip.at_s - strip.sample / strip.fs) * pointsPerS, height, style.getPropertyValue("--flag"));
  context.strokeStyle = context.fillStyle = style.getPropertyValue("--trace");
  const tall = height / Math.max(1, rows.length);
  rows.forEach(({ values, name }, place) => {
    drawRow(context, values, { top: place * tall, tall, pointsPerSample: pointsPerS / strip.fs, pointsPerS });
    context.font = "700 12px system-ui, sans-serif";
    writeName(context, name, place * tall, style);
  });
}

/** Write the name of a lead on a piece of empty paper, so that no trace runs through it. */
function writeName(context, name, top, style) {
  context.fillStyle = style.getPropertyValue("--ecg-paper");
  context.fillRect(2, top + 2, context.measureText(name).width + 6, 15);
  context.fillStyle = style.getPropertyValue("--trace");
  context.fillText(name, 5, top + 13);
}

function markStart(context, x, height, colour) {
  context.strokeStyle = colour;
  context.lineWidth = 2;
  context.setLineDash([5, 4]);
  context.beginPath();
  context.moveTo(x, 0);
  context.lineTo(x, height);
  context.stroke();
  context.setLineDash([]);
}

function drawRow(context, values, { top, tall, pointsPerSample, pointsPerS }) {
  const middle = median(values);
  let largest = 0.5;
  for (const value of values) {
    if (value !== null) largest = Math.max(largest, Math.abs(value - middle) / 1000);
  }
  const pointsPerMv = Math.min(pointsPerS * 0.4, (tall * 0.47) / largest);
  context.lineWidth = 1.3;
  context.lineJoin = "round";
  context.beginPath();
  let pen = false; // on the paper: the sample before was known
  values.forEach((value, i) => {
    if (value !== null) {
      const y = top + tall / 2 - ((value - middle) / 1000) * pointsPerMv;
      if (pen) context.lineTo(i * pointsPerSample, y);
      else context.moveTo(i * pointsPerSample, y);
    }
    pen = value !== null;
  });
  context.stroke();
}
