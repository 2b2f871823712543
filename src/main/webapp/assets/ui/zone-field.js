/** Choosing a time zone. */

import { h, unique } from "../dom.js";
import { field } from "./forms.js";

/** A field for a zone: typed, with all that the browser knows to choose from. */
export function zoneField(options) {
    const id = unique("zones");
    const made = field({ required: true, autocomplete: "off", spellcheck: "false", ...options, list: id });
    made.append(
        h(
            "datalist",
            { id },
            Intl.supportedValuesOf("timeZone").map((zone) => h("option", { value: zone })),
        ),
    );
    return made;
}
