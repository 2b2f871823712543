/** The history of sign-ups and the waiting list of an activity. */

import { api } from "../api.js";
import { h, replace } from "../dom.js";
import { t, when } from "../i18n.js";
import { button } from "../ui/buttons.js";

const PAGE_SIZE = 100;
/** How many entries are shown at first, and added with each "Show more". */
const STEP = 50;

/**
 * The log, newest entry first. The API returns it oldest first, and entries never change: pages that were read are kept, and an
 * update reads only the last page and those after it.
 */
export class QueueLog {
    #path;
    #signal;
    #moves = [];
    #shown = STEP;
    /** The last page that was read: its cursor, and the number of entries before it. */
    #last = { cursor: null, before: 0 };

    /** @param {string} path of the activity in the API */
    constructor(path, signal) {
        this.#path = `${path}/waitlist/log`;
        this.#signal = signal;
    }

    /** Reads new entries. */
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

    /** The ids of all people in the log. */
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
