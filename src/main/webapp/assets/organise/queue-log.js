/** What happened in an activity's queue. */

import { api } from "../api.js";
import { h, replace } from "../dom.js";
import { t, when } from "../i18n.js";
import { button } from "../ui/buttons.js";

const PAGE_SIZE = 100;
/** So many moves are shown at first, and more each time the person asks for them. */
const STEP = 50;

/**
 * The log, the newest move first. The API has it in the order of time, and what it has does not change: what was read is
 * kept, and each time only the last page and those after it are read.
 */
export class QueueLog {
    #path;
    #signal;
    #moves = [];
    #shown = STEP;
    /** The last page that was read: its cursor, and how many moves are before it. */
    #last = { cursor: null, before: 0 };

    /** @param {string} path of the activity in the API */
    constructor(path, signal) {
        this.#path = `${path}/waitlist/log`;
        this.#signal = signal;
    }

    /** Reads what is new. */
    async update() {
        let next;
        do {
            const { cursor, before } = this.#last;
            const query = { limit: PAGE_SIZE, cursor };
            const page = await api.get(this.#path, { query, signal: this.#signal });
            this.#moves.splice(before, Infinity, ...page.items);
            next = page.next;
            if (next !== null) {
                this.#last = { cursor: next, before: this.#moves.length };
            }
        } while (next !== null);
    }

    /** Everybody who is in it. */
    people() {
        return this.#moves.flatMap(({ userId, madeBy }) => [userId, madeBy]);
    }

    /** @param {(id: string) => string} name of a person */
    element(name) {
        const place = h("div");
        const draw = () => {
            const newest = this.#moves.slice(-this.#shown).reverse();
            replace(
                place,
                newest.length === 0
                    ? h("p", { class: "muted" }, t("queue.noLog"))
                    : h(
                          "ol",
                          { class: "log", reversed: true, start: this.#moves.length },
                          newest.map((move) => h("li", null, entry(move, name))),
                      ),
                newest.length < this.#moves.length &&
                    h("div", { class: "list-more" }, button(t("ui.more"), { onclick: more })),
            );
        };
        const more = () => {
            const first = this.#shown;
            this.#shown += STEP;
            draw();
            const added = place.querySelector("ol").children[first];
            added.tabIndex = -1;
            added.focus();
        };
        draw();
        return place;
    }
}

const entry = (move, name) => [
    h(
        "p",
        null,
        h("strong", null, name(move.userId)),
        " ",
        t(`move.to.${move.to}`),
        move.seats > 1 && ` (${t("move.seats", { count: move.seats })})`,
    ),
    h(
        "p",
        { class: "muted small" },
        [
            t(`move.cause.${move.cause}`),
            move.madeBy !== null && move.madeBy !== move.userId && t("move.by", { name: name(move.madeBy) }),
            move.reason && t("move.reason", { reason: move.reason }),
            when(move.at, "moment"),
        ]
            .filter(Boolean)
            .join(" · "),
    ),
];
