/** Charts of the last 15 minutes, second by second, with incidents in the background. */

import { h, unique } from "../dom.js";
import { locale } from "../i18n.js";
import uPlot from "../webjars/uplot/dist/uPlot.esm.js";

const SECONDS = 900;
const HEIGHT = 190;
/** Seconds, from a tenth of a millisecond on. */
const POWERS = [0.0001, 0.001, 0.01, 0.1, 1, 10, 100, 1000];

/**
 * A chart with its legend.
 *
 * @param {Object} options
 * @param {string} options.title
 * @param {Array} options.lines `{ name, label, colour, area, dash }`; `name` is a column of what is shown
 * @param {(value: number) => string} options.written
 * @param {boolean} [options.logarithmic]
 * @param {(columns: Object) => string} options.summary for those who do not see it
 * @returns {{element: HTMLElement, show: (columns: Object, incidents: Array) => void}}
 */
export function chart({ title, lines, written, logarithmic = false, summary, signal }) {
    const id = unique("chart");
    const values = lines.map(() => h("span", { class: "numbers" }));
    const place = h("div", { class: "chart-place", role: "img", "aria-labelledby": id });
    const description = h("p", { id, class: "unseen" });
    const element = h(
        "figure",
        { class: "chart card" },
        h(
            "figcaption",
            null,
            h("h2", null, title),
            h(
                "ul",
                { class: "legend" },
                lines.map((line, i) =>
                    h(
                        "li",
                        { data: { line: line.name } },
                        h("span", { class: "swatch", "aria-hidden": "true" }),
                        line.label,
                        " ",
                        values[i],
                    ),
                ),
            ),
        ),
        description,
        place,
    );
    let shown = { end: [] };
    let bands = [];
    let plot = null;

    const write = (index) => {
        lines.forEach(({ name }, i) => {
            const value = index === null || index === undefined ? shown[name]?.at(-1) : shown[name]?.[index];
            values[i].textContent = value === undefined ? "" : written(value);
        });
    };
    const data = () => [shown.end, ...lines.map(({ name }) => shown[name] ?? [])];
    const draw = () => {
        plot?.destroy();
        plot = null;
        if (place.clientWidth > 0) {
            plot = new uPlot(options(place, { lines, written, logarithmic, bands: () => bands, write }), data(), place);
        }
    };

    const sized = new ResizeObserver(() =>
        plot ? plot.setSize({ width: place.clientWidth, height: HEIGHT }) : draw(),
    );
    sized.observe(place);
    const coloured = new MutationObserver(draw);
    coloured.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw, { signal });
    signal.addEventListener("abort", () => {
        sized.disconnect();
        coloured.disconnect();
        plot?.destroy();
    });

    return {
        element,
        show(columns, incidents) {
            shown = columns;
            bands = incidents;
            description.textContent = `${title}. ${summary(columns)}`;
            plot?.setData(data());
            if (!plot || plot.cursor.idx === null || plot.cursor.idx === undefined) {
                write(null);
            }
        },
    };
}

function options(place, { lines, written, logarithmic, bands, write }) {
    const style = getComputedStyle(place);
    const colour = (name) => resolved(place, `--${name}`);
    const axis = {
        stroke: colour("muted"),
        font: `12px ${style.fontFamily}`,
        grid: { stroke: colour("line"), width: 1 },
        ticks: { show: false },
    };
    const time = new Intl.DateTimeFormat(locale(), { hour: "numeric", minute: "2-digit" });
    return {
        width: place.clientWidth,
        height: HEIGHT,
        padding: [8, 4, 0, 0],
        legend: { show: false },
        cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
        scales: {
            x: { range: (plot, least, most) => [(most ?? 0) - SECONDS, most ?? 0] },
            y: logarithmic
                ? {
                      distr: 3,
                      range: (plot, least, most) => [0.0001, Math.max(0.1, 10 ** Math.ceil(Math.log10(most || 0.1)))],
                  }
                : { range: (plot, least, most) => [0, Math.max(2, Math.ceil((most ?? 0) * 1.1))] },
        },
        axes: [
            { ...axis, space: 70, size: 28, values: (plot, ticks) => ticks.map((tick) => time.format(tick * 1000)) },
            {
                ...axis,
                space: 34,
                size: logarithmic ? 56 : 34,
                values: (plot, ticks) => ticks.map(written),
                ...(logarithmic
                    ? {
                          filter: (plot, ticks) => ticks,
                          splits: (plot, axis, least, most) =>
                              POWERS.filter((power) => power >= least && power <= most),
                      }
                    : { incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500] }),
            },
        ],
        series: [
            {},
            ...lines.map(({ colour: name, area, dash }) => ({
                stroke: colour(name),
                width: area ? 1 : 1.75,
                fill: area && translucent(colour(name)),
                dash,
                spanGaps: false,
                paths: area || dash ? uPlot.paths.stepped({ align: -1 }) : undefined,
                points: { size: 4 },
            })),
        ],
        hooks: {
            drawClear: [(plot) => shade(plot, bands(), { down: colour("bad"), degraded: colour("warn") })],
            setCursor: [(plot) => write(plot.cursor.idx)],
        },
    };
}

/** Marks when incidents were. */
function shade(plot, incidents, colours) {
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    for (const { begun, ended, down } of incidents) {
        const left = plot.valToPos(Date.parse(begun) / 1000, "x", true);
        const right = ended ? plot.valToPos(Date.parse(ended) / 1000, "x", true) : bbox.left + bbox.width;
        ctx.fillStyle = translucent(down ? colours.down : colours.degraded);
        ctx.fillRect(left, bbox.top, Math.max(2, right - left), bbox.height);
    }
    ctx.restore();
}

/** A colour of the style sheet, as it is now: the canvas knows nothing of `light-dark`. */
function resolved(place, name) {
    const probe = h("span");
    place.append(probe);
    probe.style.color = `var(${name})`;
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color;
}

const translucent = (colour) => colour.replace(/^rgb\((.*)\)$/, "rgba($1, 0.16)");
