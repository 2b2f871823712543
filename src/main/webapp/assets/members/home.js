/** The home page: the agenda, or a welcome page if nobody is signed in. */

import { to, withQuery } from "../address.js";
import { api } from "../api.js";
import { h, replace } from "../dom.js";
import { myGroups } from "../group-access.js";
import { t } from "../i18n.js";
import { icon } from "../icons.js";
import { session } from "../session.js";
import { badge } from "../ui/badge.js";
import { button } from "../ui/buttons.js";
import { page, section } from "../ui/page.js";
import { empty } from "../ui/states.js";
import { activityRow, byMonth } from "./activities.js";
import { groupRow } from "./groups.js";

const DAY = 86_400_000;
/** No activity is longer, so one that is still running started within this period. */
const LONGEST = 14 * DAY;
const BACK = 90 * DAY;

export const view = (context) => (session.user ? agenda(context) : welcome(context));

async function agenda({ query, signal }) {
    const past = query.show === "past";
    const now = Date.now();
    const [taken, groups] = await Promise.all([
        api.all("/me/activities", {
            query: {
                from: new Date(now - (past ? BACK : LONGEST)).toISOString(),
                to: past ? new Date(now).toISOString() : null,
            },
            most: 300,
            signal,
        }),
        myGroups(signal),
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
              action: button(t("home.find"), { kind: "primary", href: to("groups") }),
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

async function welcome({ signal }) {
    const found = h("div", null);
    const { items } = await api.get("/groups", { query: { limit: 6 }, signal });
    replace(
        found,
        items.length === 0
            ? empty({ title: t("groups.none"), image: "group" })
            : h(
                  "ul",
                  { class: "list" },
                  items.map((group) => h("li", null, groupRow(group))),
              ),
    );
    return h(
        "div",
        { class: "view welcome" },
        h(
            "header",
            { class: "hero" },
            h("h1", { tabindex: "-1" }, t("welcome.title")),
            h("p", { class: "lead" }, t("welcome.lead")),
            h(
                "div",
                { class: "actions" },
                button(t("app.signUp"), { kind: "primary", href: to("sign-up") }),
                button(t("app.signIn"), { href: to("sign-in") }),
            ),
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
        section({ title: t("welcome.groups"), actions: [h("a", { href: to("groups") }, t("welcome.all"))] }, found),
    );
}
