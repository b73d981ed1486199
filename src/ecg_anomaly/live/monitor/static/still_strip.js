// A strip that stands still: the signal around the start of an alarm.

import { drawPaper } from "./ecg_paper.js";

/** Return the middle value of a row, nulls left out. */
function median(row) {
  const known = row.filter((value) => value !== null).sort((a, b) => a - b);
  return known.length ? known[Math.floor(known.length / 2)] : 0;
}

/**
 * Draw the first lead with signal over the whole width of a canvas, on paper whose squares have the
 * same meaning as on the large strip; a mark stands where the alarm starts.
 */
export function drawStill(canvas, strip, startS) {
  const row = strip.values.find((values) => values.some((value) => value !== null)) ?? [];
  const seconds = Math.max(1, row.length / strip.fs);
  const pointsPerS = canvas.clientWidth / seconds;
  const context = drawPaper(canvas, pointsPerS / 25);
  const { clientHeight: height, clientWidth: width } = canvas;
  const style = getComputedStyle(canvas);
  const middle = median(row);
  const largest = Math.max(1000, ...row.map((value) => (value === null ? 0 : Math.abs(value - middle))));
  const gain = Math.min((pointsPerS / 25) * 10, (height * 0.48) / (largest / 1000));
  context.strokeStyle = style.getPropertyValue("--flag");
  context.lineWidth = 1.5;
  const x = (startS - strip.sample / strip.fs) * pointsPerS;
  context.setLineDash([4, 3]);
  context.strokeRect(x, -1, width, height + 2);
  context.setLineDash([]);
  context.strokeStyle = style.getPropertyValue("--trace");
  context.lineWidth = 1.2;
  context.beginPath();
  let pen = false;
  row.forEach((value, i) => {
    if (value === null) {
      pen = false;
      return;
    }
    const y = height / 2 - ((value - middle) / 1000) * gain;
    if (pen) context.lineTo((i / strip.fs) * pointsPerS, y);
    else context.moveTo((i / strip.fs) * pointsPerS, y);
    pen = true;
  });
  context.stroke();
}
