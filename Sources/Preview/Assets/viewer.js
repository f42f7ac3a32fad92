/*
 * The letter's page, and a change's: views, widths, schemes, keys.
 *
 * Handles that stay: #letter (the frame; #before in a change), #findings (list; li[data-rule][data-severity]),
 * [data-view], [data-panel], [data-width], [data-scheme], [data-images], [data-zoom], #previous, #next,
 * [data-jump=kind|scenario], [data-locale], #inbox-line, #size, #links, #headers, #tree, #calendar, #text, #source,
 * #send, #problems; html[data-page], html[data-ready=true], html[data-checked=true]; window.holdfast.check().
 * State is in the fragment: #view=…&width=…&scheme=…&images=…&zoom=…
 */
(function () {
  "use strict";
  const holdfast = (window.holdfast = window.holdfast || {});
  const page = document.documentElement;
  const choices = {
    view: ["html", "text", "headers", "tree", "calendar", "links", "source", "findings"],
    width: holdfast.widths.map(String),
    scheme: holdfast.schemes,
    images: ["on", "off"],
    zoom: ["100", "200"],
  };
  const defaults = { view: "html", width: "600", scheme: "light", images: "on", zoom: "100" };
  const all = (selector) => Array.from(document.querySelectorAll(selector));
  const isViewer = () => document.querySelector("[data-panel]") !== null;

  const asked = () => new URLSearchParams(location.hash.slice(1));

  /* What is shown of a message that has no HTML, unless the address says. */
  function firstView() {
    if (document.querySelector('[data-panel="html"] iframe')) return "html";
    return document.getElementById("text") ? "text" : "source";
  }

  function readState() {
    const wanted = asked();
    const state = { ...defaults, view: firstView() };
    for (const key of Object.keys(choices)) {
      if (choices[key].includes(wanted.get(key))) state[key] = wanted.get(key);
    }
    if (!document.querySelector(`[data-panel="${state.view}"]`)) state.view = "html";
    return state;
  }

  function fragment(state) {
    return "#" + Object.keys(defaults).map((key) => `${key}=${state[key]}`).join("&");
  }

  function setState(change) {
    const state = { ...readState(), ...change };
    history.replaceState(null, "", fragment(state));
    show();
  }

  function next(key) {
    const state = readState();
    const values = choices[key];
    setState({ [key]: values[(values.indexOf(state[key]) + 1) % values.length] });
  }

  const frames = () => all("#letter, #before");

  function showFrame(frame, state) {
    const doc = frame.contentDocument;
    if (!doc || !doc.body) return;
    frame.style.width = `${state.width}px`;
    holdfast.emulate(doc, state);
    frame.parentElement.dataset.scheme = state.scheme;
    holdfast.fit(frame);
  }

  function press(name, value) {
    for (const button of all(`button[data-${name}]`)) {
      if (button.closest("[data-panel], .rail")) continue;
      const isOn = button.dataset[name] === value;
      button.setAttribute(button.getAttribute("role") === "tab" ? "aria-selected" : "aria-pressed", String(isOn));
    }
  }

  function show() {
    const state = readState();
    for (const key of Object.keys(choices)) press(key, state[key]);
    for (const panel of all("[data-panel]")) panel.hidden = panel.dataset.panel !== state.view;
    page.dataset.view = state.view;
    if (state.view === "html") for (const frame of frames()) showFrame(frame, state);
    for (const link of all("a[data-locale], #previous, #next")) link.hash = kept();
  }

  /* What goes along to another letter: a view only where somebody chose it. */
  const kept = () => fragment({ ...readState(), view: asked().get("view") || defaults.view });

  /* ---- what a reader does ---- */

  function go(address) {
    if (!address) return;
    const url = new URL(address, location.href);
    url.hash = kept();
    location.assign(url);
  }

  function toast(text) {
    const place = document.getElementById("toast");
    if (!place) return;
    place.textContent = text;
    place.className = "shown";
    clearTimeout(toast.timer);
    toast.timer = setTimeout(() => (place.className = ""), 3200);
  }
  holdfast.toast = toast;

  function toggle(key, value) {
    setState({ [key]: readState()[key] === value ? defaults[key] : value });
  }

  function neighbour(selector) {
    const links = all(selector);
    if (links.length < 2) return null;
    const current = links.findIndex((link) => link.getAttribute("aria-current") === "page" || link.selected);
    return links[(current + 1) % links.length];
  }

  const keys = {
    j: () => go(document.getElementById("next")?.href),
    k: () => go(document.getElementById("previous")?.href),
    l: () => go(neighbour("nav a[data-locale]")?.href),
    s: () => go(neighbour('[data-jump="scenario"] option')?.value),
    t: () => setState({ view: readState().view === "text" ? "html" : "text" }),
    f: () => setState({ view: readState().view === "findings" ? "html" : "findings" }),
    w: () => next("width"),
    d: () => next("scheme"),
    i: () => next("images"),
    z: () => next("zoom"),
    u: () => location.assign(document.querySelector('[data-do="up"]')?.href || location.href),
    "/": () => location.assign(new URL("index.html#search", new URL(rootOf(), location.href))),
  };

  /* The way to the top of the site, from where the style sheet is. */
  function rootOf() {
    return document.querySelector('link[rel="stylesheet"]').getAttribute("href").replace("assets/gallery.css", "") || "./";
  }

  function pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest && event.target.closest("input, select, textarea")) return;
    const help = document.getElementById("help");
    if (help.open) {
      if (event.key === "?") help.close();
      return;
    }
    if (event.key === "?") return help.showModal();
    if (!isViewer()) return;
    const view = choices.view[Number(event.key) - 1];
    const tab = view && document.querySelector(`[role="tab"][data-view="${view}"]`);
    const act = tab && !tab.disabled ? () => setState({ view }) : keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  function clicked(event) {
    const target = event.target.closest("button, a");
    if (!target) return;
    const { view, width, scheme, images, zoom } = target.dataset;
    if (target.dataset.do === "help") document.getElementById("help").showModal();
    if (target.tagName !== "BUTTON" || !isViewer()) return;
    if (target.dataset.path !== undefined) return holdfast.point(target);
    if (view) setState({ view });
    if (width) setState({ width });
    if (scheme) setState({ scheme });
    if (images) toggle("images", images);
    if (zoom) toggle("zoom", zoom);
  }

  /* Shows the element that a finding is about, at the width and in the scheme where it was found. */
  holdfast.point = function (button) {
    const { path, to: width, tone: scheme, at: zoom } = button.dataset;
    setState({ view: "html", zoom, ...(width && { width }), ...(scheme && { scheme }) });
    const doc = document.getElementById("letter").contentDocument;
    let element = doc.body;
    for (const step of path.split(".").filter(Boolean)) element = element && element.children[Number(step)];
    if (!element) return;
    const rest = element.style.outline;
    element.style.outline = "3px solid #e0218a";
    setTimeout(() => (element.style.outline = rest), 2400);
    element.scrollIntoView({ block: "center" });
  };

  /* A link of a letter leads nowhere from here; it says where it would. */
  function clickedInLetter(event) {
    const link = event.composedPath().find((one) => /^(a|area)$/i.test(one.localName || ""));
    if (!link) return;
    event.preventDefault();
    // A link in a drawing has an attribute of another name for it.
    toast(`Leads to ${link.getAttribute("href") || link.getAttribute("xlink:href") || "nowhere"}`);
  }

  /* ---- frames ---- */

  function loaded(frame) {
    const doc = frame.contentDocument;
    if (!doc || !doc.body) return;
    if (frame.heardDocument !== doc) {
      frame.heardDocument = doc;
      // On the window: names in a letter's markup can stand for what a document is asked, and not for what a window is.
      const hear = (name, act) => frame.contentWindow.addEventListener(name, act, true);
      hear("keydown", pressed);
      hear("click", clickedInLetter);
      hear("auxclick", clickedInLetter);
      hear("submit", (event) => event.preventDefault());
    }
    showFrame(frame, readState());
  }

  const asks = (doc, name) => Object.getOwnPropertyDescriptor(Document.prototype, name).get.call(doc);

  const whenLoaded = (frame) => new Promise((done) => {
    const ready = () => {
      if (frame.contentDocument) holdfast.unname(frame.contentDocument);
      done();
    };
    const doc = frame.contentDocument;
    if (doc && asks(doc, "readyState") === "complete" && asks(doc, "URL") === "about:srcdoc") return ready();
    frame.addEventListener("load", ready, { once: true });
    // What a letter wants to load may keep it waiting for ever: it is not complete then, but there to be seen.
    const settle = () => {
      const doc = frame.contentDocument;
      const isThere = doc && asks(doc, "URL") === "about:srcdoc" && asks(doc, "readyState") !== "loading";
      if (isThere || !frame.isConnected) return ready();
      setTimeout(settle, 2000);
    };
    setTimeout(settle, 2000);
  });
  holdfast.whenLoaded = whenLoaded;

  /* Begins anew with what is in the page now: at the start, and after every change. */
  holdfast.begin = async function () {
    if (isViewer()) {
      show();
      await Promise.all(frames().map((frame) => whenLoaded(frame).then(() => loaded(frame))));
    }
    page.dataset.ready = "true";
    if (isViewer() && holdfast.showChecks) (window.requestIdleCallback || setTimeout)(() => holdfast.showChecks());
  };

  async function send(event) {
    if (event.target.id !== "send") return;
    event.preventDefault();
    const said = document.getElementById("sent");
    said.textContent = "Sending …";
    try {
      const body = new URLSearchParams(new FormData(event.target));
      const response = await fetch(event.target.action, { method: "POST", body });
      said.textContent = (await response.text()).trim() || response.statusText;
      said.className = response.ok ? "ok" : "error";
    } catch (error) {
      said.textContent = `The preview does not answer: ${error.message}`;
      said.className = "error";
    }
  }

  document.addEventListener("keydown", pressed);
  document.addEventListener("click", clicked);
  document.addEventListener("submit", send);
  document.addEventListener("change", (event) => {
    if (event.target.dataset.jump) go(event.target.value);
  });
  window.addEventListener("hashchange", () => isViewer() && show());
  holdfast.begin();
})();
