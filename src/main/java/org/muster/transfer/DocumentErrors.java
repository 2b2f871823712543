package org.muster.transfer;

import jakarta.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.muster.http.JsonInput;
import org.muster.problems.Problem;
import org.muster.problems.Problem.Invalid;
import org.muster.problems.ProblemType;

/** What is invalid in a document. Not all of it needs to be found: the first errors are reported. */
final class DocumentErrors {
    private final List<Invalid> errors = new ArrayList<>();

    /** Reads an object, whose errors are added. */
    JsonInput input(JsonObject object, String pointer) {
        return JsonInput.part(object, pointer, errors);
    }

    /** @param pointer to what is invalid, as a URI fragment */
    void add(String pointer, String detail) {
        errors.add(new Invalid(pointer, detail));
    }

    /** @throws Problem 422 if there are as many errors as are reported */
    void throwIfTooMany() {
        if (errors.size() >= Problem.MAX_ERRORS) {
            throwIfAny();
        }
    }

    /** @throws Problem 422 with the errors, at most the first 100 */
    void throwIfAny() {
        if (!errors.isEmpty()) {
            throw Problem.invalid(ProblemType.VALIDATION, errors);
        }
    }
}
