/** The view that accepts an invitation. */

import { current, to, withQuery } from "../address.js";
import { api } from "../api.js";
import { h } from "../dom.js";
import { t } from "../i18n.js";
import { go } from "../navigation.js";
import { session } from "../session.js";
import { button } from "../ui/buttons.js";
import { form } from "../ui/forms.js";
import { page } from "../ui/page.js";
import { toast } from "../ui/toasts.js";

export async function view({ params }) {
    const back = { to: current() };
    return page(
        {
            title: t("invitation.title"),
            lead: t(session.user ? "invitation.lead" : "invitation.leadStranger"),
            width: "narrow",
        },
        session.user
            ? h(
                  "div",
                  { class: "card" },
                  form({
                      fields: [h("p", null, t("invitation.as", { name: session.user.displayName }))],
                      submit: t("invitation.accept"),
                      async onsubmit() {
                          const { group } = await api.post(`/invitations/${encodeURIComponent(params.token)}/accept`);
                          toast(t("group.joined", { name: group.name }));
                          go(to("groups", group.id));
                      },
                  }),
              )
            : h(
                  "div",
                  { class: "actions" },
                  button(t("app.signUp"), { kind: "primary", href: withQuery(to("sign-up"), back) }),
                  button(t("app.signIn"), { href: withQuery(to("sign-in"), back) }),
              ),
    );
}
