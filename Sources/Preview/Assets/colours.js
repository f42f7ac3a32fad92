/* Colours as they are seen: what words have and what they stand on, and how well one is told from the other. */
(function () {
  "use strict";
  const holdfast = (window.holdfast = window.holdfast || {});

  const clear = [0, 0, 0, 0];

  /* Computed colours are rgb(), rgba() or color(srgb …); nil for others, which no letter of ours uses. */
  function colour(text) {
    const numbers = (text.match(/-?[\d.]+(?:e-?\d+)?%?/g) || []).map(parseFloat);
    if (text.startsWith("rgb")) return [...numbers.slice(0, 3).map((n) => n / 255), numbers[3] ?? 1];
    if (text.startsWith("color(srgb ")) return [...numbers.slice(0, 3), numbers[3] ?? 1];
    return text === "transparent" ? clear : null;
  }

  function over([r, g, b, a], below) {
    return [r, g, b].map((part, i) => part * a + below[i] * (1 - a)).concat(1);
  }

  /* invert(1) hue-rotate(180deg), Filter Effects, 8.5 and 8.6; filters of one function work in sRGB. */
  const turned = [[-0.574, 1.43, 0.144], [0.426, 0.43, 0.144], [0.426, 1.43, -0.856]];
  const clamp = (n) => Math.min(1, Math.max(0, n));
  function invert(rgb) {
    const c = rgb.slice(0, 3).map((part) => 1 - part);
    return turned.map((row) => clamp(row[0] * c[0] + row[1] * c[1] + row[2] * c[2])).concat(1);
  }

  function luminance(rgb) {
    const [r, g, b] = rgb.map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }

  function ratio(one, other) {
    const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  }

  const hex = (rgb) =>
    "#" + rgb.slice(0, 3).map((part) => Math.round(part * 255).toString(16).padStart(2, "0")).join("");

  /*
   * What is seen of an element's words and of what they stand on, down to the sheet of the window: each element's ground
   * lies over what is below it, and its opacity thins all that stands in it. Null where no plain colour lies behind.
   */
  function seen(element, view, scheme) {
    const around = [];
    for (let one = element; one; one = one.parentElement) around.unshift(view.getComputedStyle(one));
    const paint = (depth, below) => {
      const style = around[depth];
      const layer = style.backgroundImage === "none" ? colour(style.backgroundColor) : null;
      const ground = layer && (layer[3] === 1 ? layer : below && over(layer, below));
      const ink = depth + 1 === around.length ? colour(style.color) : null;
      const inner = depth + 1 < around.length ? paint(depth + 1, ground) : ink && ground && [over(ink, ground), ground];
      const opacity = Number(style.opacity);
      if (!inner || opacity === 1) return inner;
      return below && inner.map((part) => over([...part.slice(0, 3), opacity], below));
    };
    return paint(0, scheme === "dark" ? [0.0706, 0.0706, 0.0706, 1] : [1, 1, 1, 1]);
  }

  holdfast.colours = { colour, hex, invert, ratio, seen };
})();
