package huafang.gateway.problem;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The bodies of errors as clients of AUTOMATIC1111 know them. */
final class SdapiError {
    private SdapiError() {}

    /** FastAPI's shape for a body that is not valid. */
    record Invalid(List<Detail> detail) {}

    /**
     * @param loc where: "body", then the field
     * @param msg what is wrong
     * @param type of the error
     */
    record Detail(List<Object> loc, String msg, String type) {}

    /** The shape of every other error. */
    record Other(String error, String detail, String body, String errors) {}

    static Object of(Problem problem) {
        if (problem.status() == 401) {
            return Map.of("detail", "Incorrect username or password");
        }
        if (problem.status() == Problem.UNPROCESSABLE && problem.field() != null) {
            List<Object> place = new ArrayList<>(List.of("body"));
            place.addAll(Arrays.asList(problem.field().split("\\.")));
            return new Invalid(List.of(new Detail(place, problem.detail(), "value_error")));
        }
        String errors =
                problem.field() == null
                        ? ""
                        : "%s: found %s, allowed: %s"
                                .formatted(problem.field(), problem.found(), problem.allowed());
        return new Other("HTTPException", problem.detail(), "", errors);
    }

    static Object of(BrokenJsonException e) {
        List<Object> place = List.of("body", e.offset());
        return new Invalid(List.of(new Detail(place, e.getMessage(), "value_error.jsondecode")));
    }
}
