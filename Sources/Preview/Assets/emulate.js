/* How a letter in a frame is shown: scheme, images and size of text. Used by the viewer, the checks and the diff. */
(function () {
  "use strict";
  const holdfast = (window.holdfast = window.holdfast || {});

  holdfast.widths = [320, 375, 600, 800];
  holdfast.schemes = ["light", "dark", "inverted"];

  const feature = /\(\s*prefers-color-scheme\s*:\s*(light|dark)\s*\)/gi;
  const written = new WeakMap();

  /*
   * Names in a letter's markup stand in for what its document and its forms are asked (the HTML standard, 3.1.6): they
   * are taken off before anything is asked, by functions that the letter cannot name.
   */
  holdfast.unname = function (doc) {
    const named = "form, img, embed, object, iframe, frame, input, button, select, textarea, output, fieldset";
    for (const element of Document.prototype.querySelectorAll.call(doc, named)) {
      for (const attribute of ["name", "id"]) Element.prototype.removeAttribute.call(element, attribute);
    }
  };

  /* The rules of a sheet; none where the browser keeps them to itself, as of a sheet that was not loaded. */
  holdfast.rulesOf = function (sheet) {
    try {
      return Array.from(sheet.cssRules);
    } catch {
      return [];
    }
  };

  /* Every media list of a document: of its sheets and of the rules in them. */
  function mediaLists(doc) {
    const lists = [];
    const visit = (rules) => {
      for (const rule of rules) {
        if (rule.media) lists.push(rule.media);
        if (rule.cssRules) visit(rule.cssRules);
      }
    };
    for (const sheet of doc.styleSheets) {
      lists.push(sheet.media);
      visit(holdfast.rulesOf(sheet));
    }
    return lists;
  }

  /* A frame follows the system's scheme; so the question is replaced by its answer. */
  function setScheme(doc, scheme) {
    const isDark = scheme === "dark";
    for (const list of mediaLists(doc)) {
      if (!written.has(list)) written.set(list, list.mediaText);
      const text = written.get(list).replace(feature, (_, asked) =>
        (asked.toLowerCase() === "dark") === isDark ? "(min-width: 0px)" : "(max-width: 0px)");
      if (list.mediaText !== text) list.mediaText = text;
    }
    doc.documentElement.style.colorScheme = isDark ? "dark" : "light";
  }

  /* Mail programs that invert by force leave pictures as they are. */
  function ownRules(scheme, images) {
    const turn = "filter: invert(1) hue-rotate(180deg) !important";
    let rules = "";
    if (scheme === "inverted") rules += `html { ${turn}; background-color: #fff; } img, video { ${turn} }`;
    if (images === "off") rules += "* { background-image: none !important; }";
    return rules;
  }

  function setImages(doc, images) {
    for (const image of doc.images) {
      if (!written.has(image)) written.set(image, [image.getAttribute("src"), image.getAttribute("srcset")]);
      const [source, set] = images === "off" ? [null, null] : written.get(image);
      for (const [name, value] of [["src", source], ["srcset", set]]) {
        if (value === null) image.removeAttribute(name);
        else if (image.getAttribute(name) !== value) image.setAttribute(name, value);
      }
    }
  }

  /* A reader's text at 200 %: letters and lines twice as large, boxes and widths as they were. */
  function setZoom(doc, zoom) {
    const factor = Number(zoom) / 100;
    const elements = doc.body ? [doc.body, ...doc.body.querySelectorAll("*")] : [];
    for (const element of elements) {
      if (!element.style) continue;
      if (written.has(element) && element.tagName !== "IMG") {
        const style = written.get(element);
        if (style === null) element.removeAttribute("style");
        else element.setAttribute("style", style);
      }
    }
    if (factor === 1) return;
    const sizes = elements.map((element) => {
      const style = doc.defaultView.getComputedStyle(element);
      return [element, parseFloat(style.fontSize), parseFloat(style.lineHeight)];
    });
    for (const [element, size, line] of sizes) {
      if (!element.style || element.tagName === "IMG") continue;
      if (!written.has(element)) written.set(element, element.getAttribute("style"));
      element.style.setProperty("font-size", `${size * factor}px`, "important");
      if (line) element.style.setProperty("line-height", `${line * factor}px`, "important");
    }
  }

  /* Shows a letter's document in a scheme, with or without images, at a size of text. */
  holdfast.emulate = function (doc, { scheme = "light", images = "on", zoom = "100" } = {}) {
    if (!doc || !doc.documentElement) return;
    let own = doc.querySelector("style[data-holdfast]");
    if (!own) {
      own = doc.createElement("style");
      own.dataset.holdfast = "";
      (doc.head || doc.documentElement).append(own);
    }
    own.textContent = ownRules(scheme, images);
    setScheme(doc, scheme);
    setImages(doc, images);
    setZoom(doc, zoom);
  };

  /* Makes a frame as tall as its letter. */
  holdfast.fit = function (frame) {
    const root = frame.contentDocument && frame.contentDocument.documentElement;
    if (!root) return;
    frame.style.height = "0";
    frame.style.height = `${Math.max(160, root.scrollHeight)}px`;
  };
})();
