/**
 * The live view of a run. Draws `state`, and sends a click on Stop over the comm of another model, because the kernel
 * does not hear what comes over a comm that it is publishing on. A click that the kernel does not say it has heard is
 * told to the page by an event that bubbles: our JupyterLab extension (`interrupts.ts`) then interrupts the kernel.
 *
 * @typedef {[number, number]} Point
 * @typedef {[string, number]} Named
 * @typedef {{learner: string, looks: Point[], best: Point[]}} Racer each point is [seconds, score]
 * @typedef {{title: string, words: string, started: number, seconds: number | null}} Stage
 * @typedef {{title: string, status: string, stages: Stage[], seconds: number, budget_seconds: number,
 *   is_stopping: boolean, metric: string, starts: number[], losses: Point[], race: Racer[],
 *   warnings: string[], first: {words: string, columns: string[], rows: string[][]} | null,
 *   baseline: Named | null, leader: string | null, is_ahead: boolean | null}} State
 */

const SVG = "http://www.w3.org/2000/svg";
const CHART = { width: 440, height: 190, left: 52, right: 12, top: 30, bottom: 24 };
const SECONDS_BETWEEN_WORDS = 4;
const SECONDS_UNTIL_DEAF = 2;
const UNHEARD = "kumo-magic:stop-unheard";

/** @param {string} tag @param {string} name @param {string} [words] */
function make(tag, name, words = "") {
  const element = document.createElement(tag);
  element.className = name;
  element.textContent = words;
  return element;
}

/** @param {string} tag @param {Record<string, string | number>} attributes @param {string} [words] */
function draw(tag, attributes, words) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  if (words !== undefined) element.textContent = words;
  return element;
}

/** Seconds as people say them. @param {number} seconds */
function duration(seconds) {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return whole % 60 ? `${minutes} min ${whole % 60} s` : `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Three significant digits without an exponent. @param {number} value */
function number(value) {
  const size = Math.abs(value);
  if (size >= 100 || size === 0) return Math.round(value).toLocaleString("en-US");
  return value.toFixed(size >= 10 ? 1 : size >= 1 ? 2 : size >= 0.1 ? 3 : Math.min(8, 2 - Math.floor(Math.log10(size))));
}

/**
 * A chart without its lines: heading, grid with values, the end of the x axis.
 * @param {string} heading @param {string} words what the chart says, for those who cannot see it
 * @param {number[]} values what must fit @param {number} end of the x axis @param {string} endWords
 * @param {number} top room for a legend above
 */
function chart(heading, words, values, end, endWords, top) {
  const svg = draw("svg", { viewBox: `0 0 ${CHART.width} ${CHART.height}`, role: "img" });
  svg.append(draw("title", {}, words), draw("text", { x: CHART.left, y: 14, class: "kumo-live-heading" }, heading));
  const least = Math.min(...values);
  const most = Math.max(...values);
  const air = 0.1 * (most - least) || 0.05 * Math.abs(most) || 0.05;
  const right = CHART.width - CHART.right;
  const floor = CHART.height - CHART.bottom;
  /** @param {number} at */
  const x = (at) => CHART.left + ((right - CHART.left) * at) / end;
  /** @param {number} value */
  const y = (value) => floor + ((top - floor) * (value - (least - air))) / (most - least + 2 * air);
  if (!values.length) {
    svg.append(draw("text", { x: CHART.left, y: CHART.height / 2 }, "waiting for the first look"));
    return { svg, x, y, right };
  }
  for (const part of [0.1, 0.5, 0.9]) {
    const tick = least - air + (most - least + 2 * air) * part;
    svg.append(draw("line", { x1: CHART.left, x2: right, y1: y(tick), y2: y(tick) }));
    svg.append(draw("text", { x: CHART.left - 6, y: y(tick) + 4, "text-anchor": "end" }, number(tick)));
  }
  svg.append(draw("text", { x: right, y: CHART.height - 6, "text-anchor": "end" }, endWords));
  return { svg, x, y, right };
}

/**
 * The best score of each learner over the time of the run, and the baseline to beat.
 * @param {State} state @param {number} seconds since the run began
 */
function raceChart({ metric, race, baseline, leader, budget_seconds: budget }, seconds) {
  const end = Math.max(budget, seconds);
  const values = race.flatMap(({ looks }) => looks.map((look) => look[1])).concat(baseline ? [baseline[1]] : []);
  const standing = race.map(({ learner, best }) => `${learner} ${number(best[best.length - 1][1])}`);
  const words = [...standing, ...(baseline ? [`to beat: ${baseline[0]} ${number(baseline[1])}`] : [])].join("; ");
  const heading = `${metric} on validation rows, best so far`;
  const top = 22 + 13 * (race.length + 1);
  const { svg, x, y, right } = chart(heading, `${heading}: ${words || "none yet"}`, values, end, duration(end), top);
  race.forEach(({ learner, looks, best }, place) => {
    const kind = `kumo-live-racer kumo-live-racer-${place % 4}`;
    for (const [at, score] of looks) svg.append(draw("circle", { cx: x(at), cy: y(score), r: 1.6, class: kind }));
    const steps = best.flatMap(([at, score], step) => (step ? [[at, best[step - 1][1]], [at, score]] : [[at, score]]));
    const last = best[best.length - 1];
    steps.push([seconds, last[1]]);
    const path = steps.map(([at, score]) => `${x(at).toFixed(1)},${y(score).toFixed(1)}`).join(" ");
    svg.append(draw("polyline", { points: path, class: kind }));
    svg.append(draw("circle", { cx: x(seconds), cy: y(last[1]), r: 3.5, class: kind }));
    legend(svg, `${learner} ${number(last[1])}`, place, kind, learner === leader ? ", in the lead" : "");
  });
  if (baseline) {
    const height = y(baseline[1]);
    svg.append(draw("line", { x1: CHART.left, x2: right, y1: height, y2: height, class: "kumo-live-beat" }));
    legend(svg, `to beat: ${baseline[0]} ${number(baseline[1])}`, race.length, "kumo-live-beat", "");
  }
  return svg;
}

/**
 * A line of the legend, with a piece of its curve.
 * @param {Element} svg @param {string} words @param {number} place @param {string} kind @param {string} after
 */
function legend(svg, words, place, kind, after) {
  const height = 29 + 13 * place;
  svg.append(draw("line", { x1: CHART.left, x2: CHART.left + 22, y1: height - 4, y2: height - 4, class: kind }));
  svg.append(draw("text", { x: CHART.left + 28, y: height, class: kind }, `${words}${after}`));
}

/** The training loss by step, a line for each network. @param {State} state */
function lossChart({ losses, starts }) {
  const last = losses[losses.length - 1];
  const steps = Math.max(last ? last[0] : 1, 1);
  const words = last ? `training loss: ${number(last[1])} at step ${last[0]}` : "training loss";
  const values = losses.map((point) => point[1]);
  const { svg, x, y } = chart("training loss", words, values, steps, `step ${steps.toLocaleString("en-US")}`, CHART.top);
  starts.forEach((start, network) => {
    const end = starts[network + 1] ?? Infinity;
    const part = losses.filter((point) => start < point[0] && point[0] <= end);
    const path = part.map((point) => `${x(point[0]).toFixed(1)},${y(point[1]).toFixed(1)}`).join(" ");
    if (part.length) svg.append(draw("polyline", { points: path, class: "kumo-live-loss" }));
  });
  return svg;
}

/** @param {Stage} stage */
function line(stage) {
  const isRunning = stage.seconds === null;
  const item = make("li", isRunning ? "kumo-live-running" : "");
  const mark = make("span", "kumo-live-mark", isRunning ? "●" : "✓");
  mark.setAttribute("aria-hidden", "true");
  item.append(
    mark,
    make("span", "kumo-live-name", stage.title),
    make("span", "kumo-live-words", stage.words),
    make("span", "kumo-live-seconds", stage.seconds === null ? "" : duration(stage.seconds)),
  );
  return item;
}

/** @param {State["first"]} first */
function firstAnswer(first) {
  if (!first) return [];
  const table = document.createElement("table");
  table.setAttribute("aria-label", first.words);
  const head = table.createTHead().insertRow();
  for (const column of first.columns) {
    const cell = make("th", "", column);
    cell.setAttribute("scope", "col");
    head.append(cell);
  }
  const body = table.createTBody();
  for (const row of first.rows) {
    const line = body.insertRow();
    for (const words of row) line.insertCell().textContent = words;
  }
  return [make("div", "kumo-live-first-words", first.words), table];
}

function render({ model, el }) {
  const root = make("section", "kumo-live");
  root.setAttribute("aria-label", "Progress of a prediction");
  const head = make("div", "kumo-live-head");
  const title = make("span", "kumo-live-title");
  const stop = document.createElement("button");
  stop.type = "button";
  stop.className = "kumo-live-stop";
  stop.textContent = "■ Stop";
  stop.title = "End training now; what is best so far answers";
  head.append(title, stop);
  const status = make("div", "kumo-live-status");
  const clock = make("div", "kumo-live-clock");
  const track = make("div", "kumo-live-track");
  const fill = make("div", "kumo-live-fill");
  const time = make("span", "kumo-live-time");
  track.append(fill);
  clock.append(track, time);
  const warnings = make("ul", "kumo-live-warnings");
  warnings.setAttribute("aria-label", "Before training");
  const stages = make("ol", "kumo-live-stages");
  const charts = make("div", "kumo-live-charts");
  const first = make("div", "kumo-live-first");
  let firstWords = "";
  const spoken = make("div", "kumo-live-spoken");
  spoken.setAttribute("role", "status");
  spoken.setAttribute("aria-live", "polite");
  root.append(head, warnings, status, clock, stages, charts, first, spoken);
  el.append(root);

  let received = performance.now();
  let clicked = 0;
  let isHeard = false;
  let isTold = false;
  let said = -Infinity;

  /** @returns {State} */
  const state = () => model.get("state");
  const isPreparing = () => state().stages.length === 1 && state().stages[0].seconds === null;

  function tick() {
    const now = performance.now();
    const used = isPreparing() ? 0 : state().seconds + (now - received) / 1000;
    const budget = state().budget_seconds;
    fill.style.width = `${Math.min(100, (100 * used) / budget)}%`;
    const left = Math.max(0, budget - used);
    time.textContent = isPreparing() ? `${duration(budget)} from when imports are done` : `${duration(used)} of ${duration(budget)}, ${duration(left)} left`;
    const isDeaf = clicked && !isHeard && !state().is_stopping && now - clicked > 1000 * SECONDS_UNTIL_DEAF;
    // An interrupt while PyTorch is imported would leave half of it.
    if (isDeaf && !isTold && !isPreparing()) {
      isTold = true;
      // Whoever interrupts the kernel prevents the default, which is to ask the user for it.
      const isLeftToUser = root.dispatchEvent(new CustomEvent(UNHEARD, { bubbles: true, cancelable: true }));
      status.textContent = isLeftToUser
        ? "The kernel does not hear this button while it is busy. Use the notebook's own stop button (■ in the toolbar): it keeps the best so far, too."
        : "Interrupting the kernel; what is best so far will answer.";
    }
  }

  function update() {
    const { title: name, status: words, stages: lines, losses, race, baseline, seconds, is_stopping } = state();
    received = performance.now();
    title.textContent = name;
    if (!clicked || is_stopping) status.textContent = words;
    if (warnings.childElementCount !== state().warnings.length) {
      warnings.replaceChildren(...state().warnings.map((said) => make("li", "", said)));
    }
    stages.replaceChildren(...lines.map(line));
    const answer = state().first;
    if (answer && answer.words !== firstWords) {
      firstWords = answer.words;
      first.replaceChildren(...firstAnswer(answer));
    }
    const hasScores = race.length > 0 || baseline !== null;
    charts.replaceChildren(
      ...(hasScores ? [raceChart(state(), seconds)] : []),
      ...(losses.length > 0 ? [lossChart(state())] : []),
    );
    if (received - said > 1000 * SECONDS_BETWEEN_WORDS) {
      said = received;
      spoken.textContent = words;
    }
    tick();
  }

  async function press() {
    clicked = performance.now();
    stop.disabled = true;
    stop.textContent = "Stopping";
    status.textContent = "Stopping after the current step; what is best so far will answer.";
    const signal = await model.widget_manager.get_model(model.get("stop_model"));
    signal.on("msg:custom", () => {
      isHeard = true;
    });
    signal.send({ type: "stop" }, {});
  }

  stop.addEventListener("click", press);
  model.on("change:state", update);
  const timer = setInterval(tick, 250);
  update();
  return () => {
    clearInterval(timer);
    model.off("change:state", update);
    stop.removeEventListener("click", press);
  };
}

export default { render };
