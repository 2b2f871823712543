/** Participants and waiting list of an activity, for members. */

import { api } from "../api.js";
import { h, replace } from "../dom.js";
import { t } from "../i18n.js";
import { session } from "../session.js";
import { action } from "../ui/actions.js";
import { face } from "../ui/initial.js";
import { section } from "../ui/page.js";

/** How many of each are read and shown at first. */
const FEW = 24;

/**
 * The two lists. The first entries are read; the rest on demand. The counts in the headings come from the availability.
 *
 * @param {string} path of the activity in the API
 * @returns {{element: Element, load: () => Promise, show: (availability: Object) => void}}
 */
export function participants(path, signal) {
    const element = h("div", { class: "people-place" });
    let all = false;
    let confirmed;
    let waiting;

    const read = async (state) => {
        const query = { state, limit: FEW };
        return all
            ? { items: await api.all(`${path}/signups`, { query: { state }, most: Infinity, signal }), next: null }
            : api.get(`${path}/signups`, { query, signal });
    };
    const load = async () => {
        [confirmed, waiting] = await Promise.all([read("confirmed"), read("waiting")]);
    };
    const show = (availability) => {
        const showAll = async () => {
            all = true;
            await load();
            show(availability);
        };
        replace(
            element,
            section(
                // A seat is one person: a member or a guest.
                { title: t("people.in", { count: availability.seatsTaken }), class: "card" },
                confirmed.items.length === 0
                    ? h("p", { class: "muted" }, t("people.none"))
                    : names(confirmed, showAll, "ul"),
            ),
            waiting.items.length > 0 &&
                section({ title: t("people.waiting", { count: availability.waiting }), class: "card" }, names(waiting, showAll, "ol")),
        );
    };
    return { element, load, show };
}

const names = ({ items, next }, showAll, tag) => [
    h(
        tag,
        { class: "people" },
        items.map(({ userId, displayName, guests }) =>
            h(
                "li",
                { class: userId === session.user?.id && "self" },
                face({ userId, displayName }),
                h(
                    "span",
                    null,
                    displayName || t("people.erased"),
                    guests > 0 && h("span", { class: "muted" }, ` ${t("people.guests", { count: guests })}`),
                ),
            ),
        ),
    ),
    next !== null && action(t("people.all"), showAll, { offline: true }),
];
