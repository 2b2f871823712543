/** The attendance sheet. */

import { to } from "../address.js";
import { api } from "../api.js";
import { h } from "../dom.js";
import { startOf, t } from "../i18n.js";
import { explain } from "../problems.js";
import { action } from "../ui/actions.js";
import { button } from "../ui/buttons.js";
import { page } from "../ui/page.js";
import { empty } from "../ui/states.js";
import { toast } from "../ui/toasts.js";
import { writing } from "../ui/writing.js";
import { forRole } from "./access.js";
import { nameOf } from "./people.js";

/** The search field appears from this number of people on. */
const MANY = 10;

export const view = forRole("organizer", async ({ group, params, signal }) => {
    const path = `/groups/${group.id}/activities/${params.activity}`;
    const [activity, signUps] = await Promise.all([
        api.get(path, { signal }),
        api.all(`${path}/signups`, { query: { state: "confirmed" }, signal, most: 5000 }),
    ]);
    const sheet = new Sheet(path, activity, signUps);
    return page(
        {
            title: t("attendance.title"),
            back: { href: to("groups", group.id, "activities", activity.id), label: activity.title },
            lead: startOf(activity),
        },
        signUps.length === 0
            ? empty({ image: "group", title: t("queue.nobody"), text: t("attendance.nobody") })
            : begun(activity)
              ? sheet.element()
              : empty({
                    image: "clock",
                    title: t("attendance.early"),
                    text: t("attendance.earlyText"),
                    action: button(t("tools.sheet"), {
                        icon: "print",
                        href: to("groups", group.id, "activities", activity.id, "sheet"),
                    }),
                }),
    );
});

const begun = ({ startsAt }) => new Date(startsAt) <= Date.now();

/** The participants with their attendance. */
class Sheet {
    #path;
    #activity;
    #people;
    #count = h("p", { class: "attendance-count", role: "status" });
    #rows;

    constructor(path, activity, signUps) {
        this.#path = path;
        this.#activity = activity;
        this.#people = signUps.sort((one, other) => one.displayName.localeCompare(other.displayName));
    }

    element() {
        const open = this.#activity.state === "published";
        this.#rows = new Map(this.#people.map((person) => [person.userId, this.#row(person, open)]));
        this.#tally();
        return h(
            "div",
            { class: "live-section" },
            h(
                "div",
                { class: "section-head" },
                this.#count,
                open && action(t("attendance.all"), () => this.#all(), { icon: "check" }),
            ),
            this.#people.length >= MANY && this.#search(),
            h(
                "ul",
                { class: "list attendance" },
                [...this.#rows.values()].map(({ element }) => element),
            ),
        );
    }

    #row(person, open) {
        const seats = person.guests > 0 ? ` + ${t("queue.guests", { count: person.guests })}` : "";
        const mark = (value) =>
            writing(
                h(
                    "button",
                    {
                        type: "button",
                        class: ["button", "mark-button", value],
                        disabled: !open,
                        onclick: () => this.#set(person, person.attendance === value ? "unknown" : value),
                    },
                    t(`attendance.${value}`),
                ),
            );
        const marks = { attended: mark("attended"), no_show: mark("no_show") };
        const name = nameOf(person);
        const element = h(
            "li",
            { class: "row" },
            h("p", { class: "row-main row-title" }, name, h("span", { class: "muted small" }, seats)),
            h("div", { class: "marks", role: "group", "aria-label": name }, Object.values(marks)),
        );
        const show = () => {
            for (const [value, button] of Object.entries(marks)) {
                button.setAttribute("aria-pressed", person.attendance === value);
            }
        };
        show();
        return { element, name, show };
    }

    /** Shows the change immediately, and reverts it if it cannot be saved. */
    async #set(person, attendance) {
        const before = person.attendance;
        this.#show(person, attendance);
        try {
            await api.patch(`${this.#path}/signups/${person.userId}`, { attendance });
        } catch (failure) {
            this.#show(person, before);
            toast(`${nameOf(person)}: ${explain(failure)}`, "failure");
        }
    }

    #show(person, attendance) {
        person.attendance = attendance;
        this.#rows.get(person.userId).show();
        this.#tally();
    }

    async #all() {
        const rest = this.#people.filter(({ attendance }) => attendance === "unknown");
        for (const person of rest) {
            await this.#set(person, "attended");
        }
        const undo = async () => {
            for (const person of rest.filter(({ attendance }) => attendance === "attended")) {
                await this.#set(person, "unknown");
            }
        };
        toast(t("attendance.allDone", { count: rest.length }), undefined, undo);
    }

    #tally() {
        const came = this.#people.filter(({ attendance }) => attendance === "attended").length;
        const open = this.#people.filter(({ attendance }) => attendance === "unknown").length;
        this.#count.textContent = `${t("attendance.count", { came, count: this.#people.length })}${
            open > 0 && open < this.#people.length ? ` · ${t("attendance.open", { count: open })}` : ""
        }`;
    }

    #search() {
        const find = ({ target }) => {
            const wanted = target.value.toLocaleLowerCase();
            for (const { element, name } of this.#rows.values()) {
                element.hidden = !name.toLocaleLowerCase().includes(wanted);
            }
        };
        return h("input", {
            type: "search",
            oninput: find,
            "aria-label": t("attendance.search"),
            placeholder: t("attendance.search"),
        });
    }
}
