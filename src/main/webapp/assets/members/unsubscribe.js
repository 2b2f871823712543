/** The view that ends mail about a topic, for whoever has a mail about it. Nobody has to sign in. */

import { to } from "../address.js";
import { api } from "../api.js";
import { h } from "../dom.js";
import { t } from "../i18n.js";
import { button } from "../ui/buttons.js";
import { form } from "../ui/forms.js";
import { page } from "../ui/page.js";
import { empty } from "../ui/states.js";

const TOPICS = ["sign-ups", "activities", "groups", "reminders", "digest"];

export function view({ params, query }) {
    const topic = TOPICS.includes(query.topic) ? query.topic : "activities";
    const asking = h(
        "div",
        { class: "card" },
        form({
            fields: [h("p", null, t("unsubscribe.question", { topic: t(`unsubscribe.topic.${topic}`) }))],
            submit: t("unsubscribe.submit"),
            async onsubmit() {
                const path = `/unsubscriptions/${encodeURIComponent(params.token)}/${topic}`;
                await api.post(path).then(
                    () => asking.replaceWith(answer("unsubscribe.done", "unsubscribe.doneText")),
                    (failure) => {
                        if (failure.status !== 404 && failure.status !== 400) {
                            throw failure;
                        }
                        asking.replaceWith(answer("unsubscribe.gone", "unsubscribe.goneText"));
                    },
                );
            },
        }),
    );
    return page({ title: t("unsubscribe.title"), width: "narrow" }, asking);
}

const answer = (title, text) =>
    empty({
        image: "mail",
        title: t(title),
        text: t(text),
        action: button(t("app.toStart"), { href: to("") }),
    });
