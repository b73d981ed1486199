// The marks of beats over the large strip: a shape and a letter for each class.

/** Return what a beat is marked with: a shape, a letter and the colour's name in the style sheet. */
export function markOf(beat) {
  if (beat.unreadable) return { shape: "cross", letter: "", colour: "--soft" };
  if (!beat.flagged) return { shape: "dot", letter: "", colour: "--soft" };
  const shape = { V: "down", S: "up", F: "diamond" }[beat.aami] ?? "square";
  return { shape, letter: beat.aami || "?", colour: "--flag" };
}

const SHAPES = {
  dot: (c, x, y) => c.arc(x, y, 2.2, 0, 2 * Math.PI),
  down: (c, x, y) => polygon(c, [[x - 5, y - 4], [x + 5, y - 4], [x, y + 5]]),
  up: (c, x, y) => polygon(c, [[x - 5, y + 4], [x + 5, y + 4], [x, y - 5]]),
  diamond: (c, x, y) => polygon(c, [[x - 5, y], [x, y - 5], [x + 5, y], [x, y + 5]]),
  square: (c, x, y) => polygon(c, [[x - 4, y - 4], [x + 4, y - 4], [x + 4, y + 4], [x - 4, y + 4]]),
  cross: (c, x, y) => {
    c.moveTo(x - 3, y - 3);
    c.lineTo(x + 3, y + 3);
    c.moveTo(x + 3, y - 3);
    c.lineTo(x - 3, y + 3);
  },
};

function polygon(context, points) {
  points.forEach(([x, y], i) => (i ? context.lineTo(x, y) : context.moveTo(x, y)));
  context.closePath();
}

/** Draw the mark of a beat with its centre at x, y; `colours` maps names to colours. */
export function drawMark(context, beat, x, y, colours) {
  const { shape, letter, colour } = markOf(beat);
  context.beginPath();
  context.fillStyle = context.strokeStyle = colours[colour];
  context.lineWidth = 1.5;
  SHAPES[shape](context, x, y);
  if (shape === "cross") context.stroke();
  else context.fill();
  if (letter) {
    context.font = "700 13px system-ui, sans-serif";
    context.textBaseline = "middle";
    context.fillText(letter, x + 8, y + 1);
  }
}
