/** Selection of a time zone. */

import { h, unique } from "../dom.js";
import { field } from "./forms.js";

/** A text field that suggests all zones of the browser. */
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
