/** A group: its activities as a calendar or a list, and joining or leaving it. */

import { to, withQuery } from "../address.js";
import { api, apiUrl } from "../api.js";
import { h, replace } from "../dom.js";
import { isMember, isOrganizer, membershipIn } from "../group-access.js";
import { dayIn, t } from "../i18n.js";
import { icon } from "../icons.js";
import { latest } from "../latest.js";
import { follow } from "../live.js";
import { rename } from "../navigation.js";
import { throttle } from "../throttle.js";
import { action } from "../ui/actions.js";
import { badge } from "../ui/badge.js";
import { button } from "../ui/buttons.js";
import { copyable } from "../ui/copyable.js";
import { confirm, dialog } from "../ui/dialogs.js";
import { initial } from "../ui/initial.js";
import { keepPlace } from "../ui/keep-place.js";
import { linked } from "../ui/linked.js";
import { list } from "../ui/lists.js";
import { page, section } from "../ui/page.js";
import { shareButton } from "../ui/share.js";
import { empty } from "../ui/states.js";
import { toast } from "../ui/toasts.js";
import { activityRow, coming, LONGEST, monthOf, mySignUps } from "./activities.js";
import { calendar } from "./month.js";

export async function view({ params, query, signal }) {
    const path = `/groups/${params.group}`;
    const [group, membership] = await Promise.all([api.get(path, { signal }), membershipIn(params.group, signal)]);
    const tools = isOrganizer(membership)
        ? (await import("../organize/tools.js")).groupTools({ group, role: membership.role })
        : [];
    const plan = await activities(group, membership, query, signal);
    return page(
        {
            title: group.name,
            back: { href: to("groups"), label: t("groups.title") },
            lead: h("div", { class: "badges" }, badges(group, membership)),
            actions: [
                belonging(group, membership),
                group.visibility === "public" && shareButton(group.name, to("groups", group.id)),
                ...tools,
            ].filter(Boolean),
            group,
            image: initial(group, "large"),
        },
        h(
            "div",
            { class: "columns" },
            h("div", null, plan),
            h("aside", null, about(group), subscription(group), isMember(membership) && inside(group)),
        ),
    );
}

const badges = (group, membership) => [
    group.state === "archived" && badge(t("group.archived"), "warn"),
    isMember(membership) && badge(t(`role.${membership.role}`)),
    membership?.state === "requested" && badge(t("groups.requested"), "warn"),
    badge(t(`visibility.${group.visibility}`)),
    badge(t(`policy.${group.joinPolicy}`)),
];

function belonging(group, membership) {
    const path = `/groups/${group.id}/members/me`;
    if (membership === null) {
        const join = async ({ reload }) => {
            const joined = await api.put(path);
            toast(t(joined.state === "active" ? "group.joined" : "group.asked", { name: group.name }));
            reload();
        };
        return (
            group.state === "active" &&
            group.joinPolicy !== "invite" &&
            action(t(group.joinPolicy === "open" ? "group.join" : "group.ask"), join, { kind: "primary" })
        );
    }
    const leave = async ({ go, reload }) => {
        const asked = membership.state === "requested";
        if (membership.role === "owner" && (await isOnlyOwner(group))) {
            await tellOnlyOwner(group);
            return;
        }
        const sure = await confirm({
            title: t(asked ? "group.takeBack" : "group.leave"),
            text: t(asked ? "group.takeBackText" : "group.leaveText", { name: group.name }),
            yes: t(asked ? "group.takeBack" : "group.leave"),
            no: t(asked ? "group.keepAsking" : "group.stay"),
            danger: !asked,
        });
        if (sure) {
            await api.delete(path);
            toast(t(asked ? "group.takenBack" : "group.left", { name: group.name }));
            if (group.visibility === "private") {
                go(to("groups"));
            } else {
                reload();
            }
        }
    };
    return action(t(membership.state === "requested" ? "group.takeBack" : "group.leave"), leave, { kind: "quiet" });
}

async function isOnlyOwner(group) {
    const { items } = await api.get(`/groups/${group.id}/members`, { query: { role: "owner", limit: 2 } });
    return items.length < 2;
}

/** Before they confirm anything: a group needs an owner. */
const tellOnlyOwner = (group) =>
    dialog(t("group.onlyOwner"), (close) => [
        h("p", null, t("group.onlyOwnerText", { name: group.name })),
        h(
            "div",
            { class: "form-actions" },
            button(t("group.toMembers"), { kind: "primary", href: to("groups", group.id, "members") }),
            button(t("group.stay"), { onclick: () => close() }),
        ),
    ]);

/** Up to this width, days are too narrow for what is on them. */
const NARROW = "(max-width: 48rem)";

async function activities(group, membership, query, signal) {
    const path = `/groups/${group.id}/activities`;
    const place = h("div");
    const usual = matchMedia(NARROW).matches && !query.month ? "list" : "calendar";
    let shown = ["list", "calendar"].includes(query.view) ? query.view : usual;
    let month = query.month;

    let calendarOfGroup = null;
    const inMonth = async () => {
        calendarOfGroup ??= calendar({
            zone: group.zone,
            month: month ?? (await nextMonth(path, group, signal)),
            async load(from, until) {
                const [found, mine] = await Promise.all([
                    api.all(path, { query: { from, to: until }, signal }),
                    mySignUps(from, until, signal),
                ]);
                return { activities: found, mine };
            },
            onmonth: (chosen) => {
                month = chosen;
                remember();
            },
        });
        await calendarOfGroup.refresh();
        return calendarOfGroup.element;
    };
    const inList = async () => {
        const now = Date.now();
        const mine = await mySignUps(new Date(now - LONGEST).toISOString(), null, signal);
        return list({
            name: "activities",
            load: (cursor) => coming(path, now, { limit: 20, cursor }, signal),
            item: (activity) => activityRow({ activity, signup: mine.get(activity.id) }),
            heading: monthOf,
            none: noneToCome(group, membership),
        });
    };
    const remember = () => {
        rename(withQuery(to("groups", group.id), { view: shown, month }));
    };
    const draw = latest(() => (shown === "list" ? inList() : inMonth()));
    const show = async () => {
        const drawn = await draw();
        // The same calendar stays where it is, with the focus in it.
        if (drawn !== undefined && place.firstChild !== drawn) {
            keepPlace(place, () => replace(place, drawn));
        }
    };
    if (isMember(membership)) {
        const again = throttle(show, signal);
        const changed = ({ kind }) => ["activity", "series", "signup"].includes(kind) && again();
        await follow(group.id, { signal, onchange: changed, onlate: again });
    }
    await show();
    const press = (name) => {
        shown = name;
        remember();
        for (const tab of tabs.children) {
            tab.setAttribute("aria-pressed", String(tab.dataset.shows === name));
        }
    };
    const choose = (name) => async () => {
        const before = shown;
        press(name);
        try {
            await show();
        } catch (failure) {
            if (!signal.aborted) {
                press(before);
            }
            throw failure;
        }
    };
    const tab = (name, image) =>
        action(t(`group.${name}`), choose(name), {
            icon: image,
            kind: "quiet",
            offline: true,
            "aria-pressed": String(shown === name),
            data: { shows: name },
        });
    const tabs = h(
        "div",
        { class: "segments", role: "group", "aria-label": t("group.shownAs") },
        tab("calendar", "calendar"),
        tab("list", "list"),
    );
    return section({ title: t("group.activities"), actions: [tabs], class: "plan" }, place);
}

/** The month of the next activity; the current one if one is on, or none is to come. */
async function nextMonth(path, { zone }, signal) {
    const now = Date.now();
    const [next] = (await coming(path, now, { limit: 1 }, signal)).items;
    return dayIn(zone, next && new Date(next.startsAt) > now ? next.startsAt : now).slice(0, 7);
}

const noneToCome = (group, membership) =>
    isOrganizer(membership) && group.state === "active"
        ? empty({
              title: t("group.noneToCome"),
              text: t("group.planOne"),
              action: button(t("group.plan"), {
                  kind: "primary",
                  icon: "plus",
                  href: to("groups", group.id, "activities", "new"),
              }),
          })
        : empty({ title: t("group.noneToCome"), text: t("group.noneToComeText") });

function about(group) {
    return section(
        { title: t("group.about") },
        group.description && h("p", { class: "prose" }, linked(group.description)),
        h(
            "p",
            { class: "fact muted small" },
            icon("globe"),
            h("span", null, t("group.zone", { zone: group.zone.replaceAll("_", " ") })),
        ),
    );
}

function inside(group) {
    return section(
        { title: t("group.inside") },
        h(
            "p",
            null,
            h("a", { href: to("groups", group.id, "members"), class: "with-icon" }, icon("group"), t("group.members")),
        ),
    );
}

/** Calendar apps are not signed in, so they cannot read a private group; the person's own calendar link works instead. */
function subscription(group) {
    const calendarAddress = new URL(apiUrl(`/groups/${group.id}/calendar.ics`), location.href).href;
    return section(
        { title: t("subscribe.title") },
        group.visibility === "public"
            ? [
                  h("p", { class: "muted small" }, t("subscribe.group")),
                  copyable(t("subscribe.address"), calendarAddress),
                  h("p", null, h("a", { href: calendarAddress.replace(/^https?:/, "webcal:") }, t("subscribe.open"))),
              ]
            : [
                  h("p", { class: "muted small" }, t("subscribe.private")),
                  button(t("subscribe.own"), { icon: "calendar", href: withQuery(to("me"), { at: "calendar" }) }),
              ],
    );
}
