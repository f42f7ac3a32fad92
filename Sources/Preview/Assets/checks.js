/*
 * What only a browser can see of a letter: every width, every scheme, and text at 200 %.
 *
 * holdfast.check() → Promise of [{rule, severity, width, scheme, message, path}]. Width or scheme are null where they
 * make no difference. The letter is looked at in a frame of its own, out of sight, so that the shown one stays as it is.
 */
(function () {
  "use strict";
  const holdfast = (window.holdfast = window.holdfast || {});
  const { colour, hex, invert, ratio, seen } = holdfast.colours;

  const least = {
    contrast: 4.5, // WCAG 2.1, 1.4.3
    contrastOfLarge: 3, // from 24 px, or 18.66 px in bold
    button: 44, // px high, WCAG 2.1, 2.5.5
    link: 24, // px to the next target, WCAG 2.2, 2.5.8; links within a sentence are exempt there
    text: 14, // px for what is read as text
    // px for labels and for the footer, which is what stands after the last text of 14 px and more: said once in every
    // letter, looked up and not read. Mail programs enlarge nothing below 12.
    smallPrint: 12,
    labelLength: 60, // characters at most
    footerLength: 600, // characters at most: what is longer is a letter in small print
  };

  /* ---- elements ---- */

  // Neither spaces nor the signs that pad a preheader.
  const isBlank = (text) => !/[^\s\u00a0\u00ad\u034f\u200b-\u200f\u2060\ufeff]/.test(text);

  function isShown(element, view) {
    if (element.getClientRects().length === 0) return false;
    for (let one = element; one; one = one.parentElement) {
      const style = view.getComputedStyle(one);
      if (Number(style.opacity) === 0 || style.visibility !== "visible") return false;
    }
    return parseFloat(view.getComputedStyle(element).fontSize) > 1;
  }

  /* Elements with words of their own, in order, with these words. */
  function texts(doc) {
    const view = doc.defaultView;
    const found = new Map();
    const walker = doc.createTreeWalker(doc.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode;
      if (isBlank(node.data) || /^(STYLE|SCRIPT|TITLE)$/.test(node.parentElement.tagName)) continue;
      found.set(node.parentElement, (found.get(node.parentElement) || "") + node.data);
    }
    return [...found].filter(([element]) => isShown(element, view)).map(([element, text]) => ({
      element, text: text.replace(/\s+/g, " ").trim(), style: view.getComputedStyle(element),
    }));
  }

  function pathOf(element) {
    const steps = [];
    for (let one = element; one && one !== one.ownerDocument.body; one = one.parentElement) {
      steps.unshift(Array.prototype.indexOf.call(one.parentElement.children, one));
    }
    return steps.join(".");
  }

  const quoted = (text) => `“${text.length > 40 ? text.slice(0, 39).trimEnd() + "…" : text}”`;
  const named = (element) =>
    isBlank(element.textContent) ? `<${element.tagName.toLowerCase()}>` : quoted(element.textContent.replace(/\s+/g, " ").trim());

  const error = (rule, message, element) => ({ rule, severity: "error", message, path: element ? pathOf(element) : "" });
  const warning = (rule, message, element) => ({ ...error(rule, message, element), severity: "warning" });

  /* ---- rules ---- */

  function contrast(doc, scheme) {
    const view = doc.defaultView;
    return texts(doc).flatMap(({ element, text, style }) => {
      const colours = seen(element, view, scheme);
      if (!colours) {
        return [error("contrast-unknown", `What ${quoted(text)} stands on is no plain colour: put it on one.`, element)];
      }
      const [shown, ground] = scheme === "inverted" ? colours.map(invert) : colours;
      const size = parseFloat(style.fontSize);
      const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
      const needed = isLarge ? least.contrastOfLarge : least.contrast;
      const found = ratio(shown, ground);
      if (found >= needed) return [];
      const words = `${quoted(text)} has ${hex(shown)} on ${hex(ground)}: contrast ${found.toFixed(2)}, and needs ${needed}.`;
      return [error("contrast", words, element)];
    });
  }

  /* A letter that reaches to the left of the window, or whose words a box cuts off, makes no window scroll. */
  function overflow(doc) {
    const view = doc.defaultView;
    const root = doc.documentElement;
    const width = root.clientWidth;
    const isOut = (element) => {
      const box = element.getBoundingClientRect();
      return box.width > 0 && (box.right > width + 1 || box.left < -1);
    };
    const isCut = (element) => element.scrollWidth > element.clientWidth + 1 && !isBlank(element.textContent)
      && view.getComputedStyle(element).overflowX !== "visible" && isShown(element, view);
    const all = [...doc.body.querySelectorAll("*")];
    const out = all.filter(isOut);
    const cut = all.filter(isCut).map((element) => error("overflow", `${named(element)} is cut off: give it room.`, element));
    if (root.scrollWidth <= width && !out.length) return cut;
    const innermost = out.filter((element) => ![...element.children].some(isOut))[0];
    const what = innermost ? named(innermost) : "The letter";
    const words = `${what} reaches beyond the edge: ${Math.max(root.scrollWidth, width + 1)} px are needed.`;
    return [error("overflow", words, innermost), ...cut];
  }

  const wordsOf = (element) => element.textContent.replace(/\s+/g, " ").trim();

  /* Whether the link stands in a sentence: there are words in its block that are no link's. */
  function hasWordsAround(link) {
    const block = link.closest("p, td, li, div, h1, h2, h3, h4, blockquote") || link.parentElement;
    const linked = [...block.querySelectorAll("a[href]")].reduce((length, one) => length + wordsOf(one).length + 1, 0);
    return wordsOf(block).length > linked;
  }

  /* A link that is drawn as a button: it has a ground, a border or room on both sides. */
  function isButton(style) {
    if (style.display === "inline") return false;
    const room = Math.min(parseFloat(style.paddingLeft), parseFloat(style.paddingRight));
    return room >= 8 || parseFloat(style.borderTopWidth) > 0 || colour(style.backgroundColor)?.[3] > 0;
  }

  function targets(doc) {
    const view = doc.defaultView;
    const links = [...doc.body.querySelectorAll("a[href]")].filter((link) => isShown(link, view));
    const middles = new Map(links.map((link) => {
      const box = link.getBoundingClientRect();
      return [link, [box.left + box.width / 2, box.top + box.height / 2, box]];
    }));
    return links.flatMap((link) => {
      const style = view.getComputedStyle(link);
      const [x, y, box] = middles.get(link);
      if (isButton(style)) {
        if (box.height >= least.button - 0.5) return [];
        return [error("tap-target", `The button ${named(link)} is ${Math.round(box.height)} px high, and needs ${least.button}.`, link)];
      }
      if (box.height >= least.link || hasWordsAround(link)) return [];
      // A circle of 24 px round its middle touches no other link: then a finger finds it all the same.
      const near = links.find((other) => {
        if (other === link) return false;
        const [otherX, otherY, there] = middles.get(other);
        // Of two small ones the circles must not touch each other.
        if (there.height < least.link && Math.hypot(otherX - x, otherY - y) < least.link) return true;
        const dx = Math.max(there.left - x, 0, x - there.right);
        const dy = Math.max(there.top - y, 0, y - there.bottom);
        return Math.hypot(dx, dy) < least.link / 2;
      });
      return near ? [error("tap-target", `${named(link)} and ${named(near)} are less than ${least.link} px apart.`, link)] : [];
    });
  }

  function textSize(doc) {
    const all = texts(doc).map((one) => ({ ...one, size: parseFloat(one.style.fontSize) }));
    const last = all.findLastIndex(({ size }) => size >= least.text);
    const hasFooter = all.slice(last + 1).reduce((sum, { text }) => sum + text.length, 0) <= least.footerLength;
    return all.flatMap(({ element, text, size }, index) => {
      const isSmallPrint = (hasFooter && index > last) || text.length <= least.labelLength;
      const needed = isSmallPrint ? least.smallPrint : least.text;
      return size >= needed ? [] : [error("text-size", `${quoted(text)} has ${size} px, and needs ${needed}.`, element)];
    });
  }

  function alternatives(doc) {
    return [...doc.images].filter((image) => !image.hasAttribute("alt")).map((image) =>
      error("image-alternative", "An image has no alt: say in it what the image says.", image));
  }

  function headings(doc) {
    const all = [...doc.body.querySelectorAll("h1, h2, h3, h4, h5, h6")].filter((one) => isShown(one, doc.defaultView));
    if (!all.length) return [warning("heading-order", "There is no heading to find one's way by.")];
    const found = [];
    let before = 0;
    for (const heading of all) {
      const level = Number(heading.tagName[1]);
      if (level > before + 1) {
        const after = before ? `an h${before}` : "nothing";
        found.push(error("heading-order", `The h${level} ${named(heading)} follows ${after}: a level is left out.`, heading));
      }
      before = level;
    }
    const firsts = all.filter((heading) => heading.tagName === "H1");
    if (firsts.length > 1) found.push(warning("heading-order", `There are ${firsts.length} headings of the first level.`, firsts[1]));
    return found;
  }

  /* ---- CSS that mail programs do not understand ---- */

  const table = () => {
    const place = document.getElementById("css-support");
    return place ? JSON.parse(place.textContent) : {};
  };

  /* The declarations of a style as it is written: the browser's own list would split and drop some. */
  function declarations(css) {
    return css.replace(/\/\*[\s\S]*?\*\//g, "").replace(/"[^"]*"|'[^']*'|\([^)]*\)/g, "()").split(";").map((one) => {
      const at = one.indexOf(":");
      if (at < 0) return null;
      const [name, value] = [one.slice(0, at), one.slice(at + 1)].map((part) => part.trim().toLowerCase());
      return [name, value.replace(/\s*!important/, "")];
    }).filter((pair) => pair && !pair[0].startsWith("mso-"));
  }

  function styles(doc) {
    const found = [...doc.body.querySelectorAll("[style]"), doc.body].map((one) => [one.getAttribute("style") || "", one]);
    const visit = (rules) => {
      for (const rule of rules) {
        if (rule.style) found.push([rule.style.cssText, null]);
        if (rule.cssRules) visit(rule.cssRules);
      }
    };
    for (const sheet of doc.styleSheets) {
      if (sheet.ownerNode.dataset.holdfast === undefined) visit(holdfast.rulesOf(sheet));
    }
    return found;
  }

  const joined = (names) => (names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`);

  /* Only what takes something away is told: an extra that some programs leave out is none of it. */
  function support(doc) {
    const { clients = {}, properties = {}, values = {} } = table();
    const used = new Map();
    for (const [css, element] of styles(doc)) {
      for (const [name, value] of declarations(css)) {
        for (const [feature, entry] of [[name, properties[name]], [`${name}:${value}`, values[`${name}:${value}`]]]) {
          if (entry && entry.loss !== "look" && entry.unsupported.length && !used.has(feature)) used.set(feature, [entry, element]);
        }
      }
    }
    return [...used].map(([feature, [entry, element]]) => {
      const without = entry.unsupported.map((client) => clients[client]).filter(Boolean);
      const say = without.some((client) => client.isMajor) ? error : warning;
      const message = `${feature} is not understood by ${joined(without.map((client) => client.name))}. ${entry.effect}`;
      return say("css-unsupported", message, element);
    });
  }

  /* ---- all of them ---- */

  async function probeOf(srcdoc) {
    const frame = document.createElement("iframe");
    frame.setAttribute("sandbox", "allow-same-origin");
    frame.setAttribute("aria-hidden", "true");
    frame.tabIndex = -1;
    frame.className = "probe";
    frame.srcdoc = srcdoc;
    document.body.append(frame);
    await holdfast.whenLoaded(frame);
    return frame;
  }

  function checkAt(frame, width) {
    const doc = frame.contentDocument;
    frame.style.width = `${width}px`;
    // As tall as the letter, or a scroll bar would take some of the width.
    holdfast.fit(frame);
    const found = [];
    for (const scheme of holdfast.schemes) {
      holdfast.emulate(doc, { scheme });
      found.push(...contrast(doc, scheme).map((one) => ({ ...one, width, scheme })));
    }
    holdfast.emulate(doc, {});
    const measured = [...overflow(doc), ...targets(doc), ...textSize(doc)];
    return found.concat(measured.map((one) => ({ ...one, width, scheme: null })));
  }

  /* Text at 200 % in a window of 640 px, as on a small laptop. */
  function checkEnlarged(frame) {
    frame.style.width = "640px";
    holdfast.emulate(frame.contentDocument, { zoom: "200" });
    holdfast.fit(frame);
    const found = overflow(frame.contentDocument).map((one) => ({
      ...one, rule: "overflow-enlarged", message: `With text at 200 %: ${one.message}`, width: 640, scheme: null, zoom: "200",
    }));
    holdfast.emulate(frame.contentDocument, {});
    return found;
  }

  /* Between two widths the page may do something else: a key or a reload does not wait for the checks. */
  const breath = () => new Promise((done) => setTimeout(done));

  holdfast.check = async function () {
    const letter = document.getElementById("letter");
    if (!letter) return [];
    const frame = await probeOf(letter.srcdoc);
    try {
      const doc = frame.contentDocument;
      const found = [];
      for (const width of holdfast.widths) {
        found.push(...checkAt(frame, width));
        await breath();
      }
      const once = [...alternatives(doc), ...headings(doc), ...support(doc)];
      return found.concat(checkEnlarged(frame), once.map((one) => ({ ...one, width: null, scheme: null })));
    } finally {
      frame.remove();
    }
  };
})();
