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
        confirmed(path, signal),
    ]);
    const sheet = new Sheet(path, activity, signUps, signal);
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

const confirmed = (path, signal) => api.all(`${path}/signups`, { query: { state: "confirmed" }, signal, most: 5000 });

const begun = ({ startsAt }) => new Date(startsAt) <= Date.now();

/** The participants with their attendance. */
class Sheet {
    #path;
    #activity;
    #people;
    #signal;
    #count = h("p", { class: "attendance-count", role: "status" });
    /** By the id of the person; `saved` is what the server has, `saving` what is sent. */
    #rows;

    constructor(path, activity, signUps, signal) {
        this.#path = path;
        this.#activity = activity;
        this.#people = signUps.sort((one, other) => one.displayName.localeCompare(other.displayName));
        this.#signal = signal;
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
        return { person, element, name, show, saved: person.attendance, saving: Promise.resolve() };
    }

    /**
     * Shows the change immediately, and reverts it if it cannot be saved. A person's changes are sent one after the other.
     *
     * @returns {Promise<boolean>} whether it was saved
     */
    async #set(person, attendance) {
        const row = this.#rows.get(person.userId);
        this.#show(person, attendance);
        const saving = row.saving.then(() => this.#save(person, row, attendance));
        row.saving = saving;
        const saved = await saving;
        if (row.saving === saving) {
            this.#show(person, row.saved);
        }
        return saved;
    }

    async #save(person, row, attendance) {
        try {
            await api.patch(`${this.#path}/signups/${person.userId}`, { attendance });
            row.saved = attendance;
            return true;
        } catch (failure) {
            toast(`${nameOf(person)}: ${explain(failure)}`, "failure");
            return false;
        }
    }

    #show(person, attendance) {
        person.attendance = attendance;
        this.#rows.get(person.userId).show();
        this.#tally();
    }

    /** Marks whoever is not marked yet when it is their turn, until the view is left. */
    async #all() {
        await this.#refresh();
        const marked = [];
        for (const person of this.#people) {
            if (!this.#signal.aborted && person.attendance === "unknown" && (await this.#set(person, "attended"))) {
                marked.push(person);
            }
        }
        const undo = async () => {
            for (const person of marked.filter(({ attendance }) => attendance === "attended")) {
                await this.#set(person, "unknown");
            }
        };
        toast(t("attendance.allDone", { count: marked.length }), undefined, undo);
    }

    /** Shows what others have marked meanwhile. */
    async #refresh() {
        for (const { userId, attendance } of await confirmed(this.#path, this.#signal)) {
            const row = this.#rows.get(userId);
            if (row?.saved === "unknown" && row.person.attendance === "unknown") {
                row.saved = attendance;
                this.#show(row.person, attendance);
            }
        }
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
