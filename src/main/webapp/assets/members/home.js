/** The home page: the agenda, or a welcome page if nobody is signed in. */

import { to, withQuery } from "../address.js";
import { api } from "../api.js";
import { h } from "../dom.js";
import { myGroups } from "../group-access.js";
import { t } from "../i18n.js";
import { icon } from "../icons.js";
import { session } from "../session.js";
import { action } from "../ui/actions.js";
import { badge } from "../ui/badge.js";
import { button } from "../ui/buttons.js";
import { initial } from "../ui/initial.js";
import { page, section } from "../ui/page.js";
import { empty, later } from "../ui/states.js";
import { toast } from "../ui/toasts.js";
import { activityRow, byMonth, LONGEST, mustWait, oncePerSeries } from "./activities.js";
import { groupRow } from "./groups.js";
import { specimen } from "./specimen.js";

const BACK = 90 * 86_400_000;

export const view = (context) => (session.user ? agenda(context) : welcome(context));

async function agenda({ query, signal }) {
    const past = query.show === "past";
    const now = Date.now();
    const [taken, groups, upcoming] = await Promise.all([
        api.all("/me/activities", {
            query: {
                from: new Date(now - (past ? BACK : LONGEST)).toISOString(),
                to: past ? new Date(now).toISOString() : null,
            },
            most: 300,
            signal,
        }),
        myGroups(signal),
        past ? { items: [] } : api.get("/me/upcoming", { query: { unanswered: true, limit: LOOKED_AT }, signal }),
    ]);
    const over = ({ activity }) => new Date(activity.endsAt) <= now;
    const shown = past ? taken.filter(over).reverse() : taken.filter((one) => !over(one));
    const names = new Map(groups.map(({ group }) => [group.id, group.name]));
    return page(
        {
            title: past ? t("home.past") : t("home.title"),
            back: past && { href: to(""), label: t("home.title") },
            lead: past ? t("home.pastLead") : null,
        },
        h(
            "div",
            { class: "columns" },
            h(
                "div",
                null,
                shown.length > 0
                    ? byMonth(shown, ({ activity, signup }) =>
                          activityRow({ activity, signup, group: names.get(activity.groupId) }),
                      )
                    : nothing(past, groups),
                upcoming.items.length > 0 && coming(upcoming.items, names),
                !past && h("p", null, h("a", { href: withQuery(to(""), { show: "past" }) }, t("home.past"))),
            ),
            h("aside", null, mine(groups)),
        ),
    );
}

const nothing = (past, groups) =>
    past
        ? empty({ title: t("home.pastNone"), image: "clock" })
        : empty({
              title: t("home.none"),
              text: groups.length > 0 ? t("home.noneWithGroups") : t("home.noneText"),
              action: groups.length === 0 && button(t("home.find"), { kind: "primary", href: to("groups") }),
          });

function mine(groups) {
    return section(
        {
            title: t("home.groups"),
            actions: [button(t("groups.new"), { icon: "plus", kind: "quiet", href: to("groups", "new") })],
        },
        groups.length === 0
            ? h("p", { class: "muted" }, t("home.noGroups"))
            : h(
                  "ul",
                  { class: "list" },
                  groups.map(({ group, membership }) =>
                      h(
                          "li",
                          null,
                          h(
                              "div",
                              { class: "row" },
                              initial(group),
                              h(
                                  "p",
                                  { class: "row-main row-title" },
                                  h("a", { href: to("groups", group.id) }, group.name),
                              ),
                              membership.state === "requested"
                                  ? badge(t("groups.requested"), "warn")
                                  : membership.role !== "member" && badge(t(`role.${membership.role}`)),
                          ),
                      ),
                  ),
              ),
    );
}

/** Of what is coming up, so many are looked at, for a series may fill a page; the first are shown. */
const LOOKED_AT = 50;
const SHOWN = 6;

/** What the person's groups plan, and they have not answered yet. */
const coming = (items, names) =>
    section(
        { title: t("home.coming") },
        h(
            "ul",
            { class: "list" },
            oncePerSeries(items)
                .slice(0, SHOWN)
                .map(({ activity }) =>
                    h(
                        "li",
                        null,
                        activityRow({ activity, group: names.get(activity.groupId), dated: true }, oneTap(activity)),
                    ),
                ),
        ),
    );

/** Signs up without guests. */
function oneTap(activity) {
    const opens = activity.signupOpensAt && new Date(activity.signupOpensAt) > Date.now();
    const closed = activity.signupClosesAt && new Date(activity.signupClosesAt) <= Date.now();
    const waits = mustWait(activity);
    if (opens || closed || (waits && !activity.waitlist)) {
        return null;
    }
    const label = t(waits ? "place.wait" : "place.take");
    const take = async ({ refresh }) => {
        const path = `/groups/${activity.groupId}/activities/${activity.id}/signups/me`;
        const { state, position } = await api.put(path, { guests: 0 });
        toast(state === "waiting" ? t("place.nowWaiting", { position }) : t("place.nowIn"));
        refresh();
    };
    return action(label, take, { class: "small", "aria-label": `${label}: ${activity.title}` });
}

async function welcome({ signal }) {
    return h(
        "div",
        { class: "view welcome" },
        h(
            "header",
            { class: "hero" },
            h(
                "div",
                null,
                h("h1", { tabindex: "-1" }, t("welcome.title")),
                h("p", { class: "lead" }, t("welcome.lead")),
                h(
                    "div",
                    { class: "actions" },
                    button(t("app.signUp"), { kind: "primary", href: to("sign-up") }),
                    button(t("app.signIn"), { href: to("sign-in") }),
                ),
            ),
            specimen(),
        ),
        h(
            "ul",
            { class: "promises" },
            ["fair", "live", "calendar"].map((name, index) =>
                h(
                    "li",
                    null,
                    icon(["list", "pulse", "calendar"][index]),
                    h("h2", null, t(`welcome.${name}`)),
                    h("p", { class: "muted" }, t(`welcome.${name}Text`)),
                ),
            ),
        ),
        later(() => whatIsOn(signal)),
    );
}

/** So many activities of each of these groups are looked at; the first are shown. */
const OF_GROUP = 5;
const NEXT = 4;

/** What is on in public groups, and the groups. */
async function whatIsOn(signal) {
    const { items } = await api.get("/groups", { query: { limit: 6 }, signal });
    const plans = await Promise.all(items.map((group) => planOf(group, signal).catch(() => [])));
    const next = oncePerSeries(byStart(plans.flat())).slice(0, NEXT);
    const all = h("a", { href: to("groups") }, t("welcome.all"));
    return [
        next.length > 0 &&
            section(
                { title: t("welcome.on") },
                h(
                    "ul",
                    { class: "list" },
                    next.map(({ activity, group }) =>
                        h("li", null, activityRow({ activity, group: group.name, dated: true })),
                    ),
                ),
            ),
        section(
            { title: t("welcome.groups"), actions: [all] },
            items.length === 0
                ? empty({ title: t("groups.none"), image: "group" })
                : h(
                      "ul",
                      { class: "list" },
                      items.map((group) => h("li", null, groupRow(group))),
                  ),
        ),
    ];
}

async function planOf(group, signal) {
    const query = { from: new Date().toISOString(), state: "published", limit: OF_GROUP };
    const { items } = await api.get(`/groups/${group.id}/activities`, { query, signal });
    return items.map((activity) => ({ activity, group }));
}

const byStart = (plans) =>
    plans.sort((one, other) => new Date(one.activity.startsAt) - new Date(other.activity.startsAt));
