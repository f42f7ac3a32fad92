"""Contrast and text size of a letter in the viewer, by arithmetic that shares nothing with the viewer's own checks."""

import re

# Every run of visible text with its colour and the backgrounds that lie behind it, nearest first.
RUNS = """(() => {
  const inside = document.getElementById('letter').contentDocument;
  const walker = inside.createTreeWalker(inside.body, 4);
  const runs = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const range = inside.createRange();
    range.selectNodeContents(node);
    const box = range.getBoundingClientRect();
    const own = inside.defaultView.getComputedStyle(node.parentElement);
    if (!/[\\p{L}\\p{N}]/u.test(node.data) || own.visibility !== 'visible' || box.width < 2 || box.height < 2) continue;
    const behind = [];
    let opacity = 1;
    for (let element = node.parentElement; element; element = element.parentElement) {
      const style = inside.defaultView.getComputedStyle(element);
      behind.push(style.backgroundColor);
      opacity *= Number(style.opacity);
    }
    runs.push({text: node.data.trim().slice(0, 40), color: own.color, size: parseFloat(own.fontSize),
               weight: Number(own.fontWeight), behind, opacity});
  }
  return {runs, width: inside.documentElement.clientWidth, scrolls: inside.documentElement.scrollWidth,
          ground: inside.defaultView.getComputedStyle(inside.body).backgroundColor};
})()"""


def rgba(color):
    parts = [float(part.rstrip("%")) for part in re.findall(r"[\d.]+%?", color)]
    scale = 255 if color.startswith("color(") else 1
    red, green, blue, *alpha = parts
    return red * scale, green * scale, blue * scale, alpha[0] if alpha else 1.0


def over(front, back):
    """A colour painted over an opaque one."""
    alpha = front[3]
    return tuple(f * alpha + b * (1 - alpha) for f, b in zip(front[:3], back[:3])) + (1.0,)


def luminance(color):
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [part / 255 for part in color[:3]]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(run, canvas):
    ground = canvas
    for color in reversed(run["behind"]):
        ground = over(rgba(color), ground)
    red, green, blue, alpha = rgba(run["color"])
    ink = over((red, green, blue, alpha * run["opacity"]), ground)
    darker, lighter = sorted((luminance(ink), luminance(ground)))
    return (lighter + 0.05) / (darker + 0.05)


def faults(measured, scheme, smallest):
    """What a reader would complain of: sentences with the words they are about."""
    canvas = (18, 18, 18, 1.0) if scheme == "dark" else (255, 255, 255, 1.0)
    found = []
    for run in measured["runs"]:
        large = run["size"] >= 24 or run["size"] >= 18.66 and run["weight"] >= 700
        ratio = contrast(run, canvas)
        if ratio < (3 if large else 4.5):
            found.append(("contrast", f"{ratio:.2f}:1 at “{run['text']}”"))
        if run["size"] < smallest:
            found.append(("text-size", f"{run['size']}px at “{run['text']}”"))
    if measured["scrolls"] > measured["width"] + 1:
        found.append(("overflow", f"{measured['scrolls']}px in {measured['width']}px"))
    return found
