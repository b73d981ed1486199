// ECG paper on a canvas: small squares of 1 mm, large ones of 5 mm.

/** Points of the page in a millimetre: CSS has 96 points to the inch. */
export const POINTS_PER_MM = 96 / 25.4;
export const MM_PER_S = 25;
export const MM_PER_MV = 10;

/** Draw the paper over the whole canvas; colours come from the style sheet. */
export function drawPaper(canvas, pointsPerMm = POINTS_PER_MM) {
  const { clientWidth: width, clientHeight: height } = canvas;
  const ratio = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const context = canvas.getContext("2d");
  context.scale(ratio, ratio);
  const style = getComputedStyle(canvas);
  context.fillStyle = style.getPropertyValue("--ecg-paper");
  context.fillRect(0, 0, width, height);
  drawLines(context, { width, height }, pointsPerMm, style.getPropertyValue("--ecg-fine"));
  drawLines(context, { width, height }, 5 * pointsPerMm, style.getPropertyValue("--ecg-coarse"));
  return context;
}

function drawLines(context, { width, height }, step, colour) {
  if (step < 2.5) return; // lines this close are a grey area
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.beginPath();
  for (let x = 0; x <= width; x += step) {
    context.moveTo(Math.round(x) + 0.5, 0);
    context.lineTo(Math.round(x) + 0.5, height);
  }
  for (let y = 0; y <= height; y += step) {
    context.moveTo(0, Math.round(y) + 0.5);
    context.lineTo(width, Math.round(y) + 0.5);
  }
  context.stroke();
}
