package io.ferrule.admin;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.List;

/**
 * One response, before it is HTTP.
 *
 * @param allow the methods to name in the Allow header; empty leaves it out
 */
record Answer(HttpResponseStatus status, String contentType, String body, String allow) {
    private static final String TEXT = "text/plain; charset=utf-8";

    static Answer text(HttpResponseStatus status, String body) {
        return new Answer(status, TEXT, body.endsWith("\n") ? body : body + "\n", "");
    }

    static Answer ok(String body) {
        return text(HttpResponseStatus.OK, body);
    }

    static Answer ok(String contentType, String body) {
        return new Answer(HttpResponseStatus.OK, contentType, body, "");
    }

    /**
     * Refuses a method.
     *
     * @param allow those that there are, in the spelling of the Allow header
     */
    static Answer methodNotAllowed(String method, String allow) {
        String body = method + " is not allowed here; use " + allow + "\n";
        return new Answer(HttpResponseStatus.METHOD_NOT_ALLOWED, TEXT, body, allow);
    }

    /** The same text with more lines. */
    Answer followedBy(List<String> lines) {
        StringBuilder more = new StringBuilder(body);
        lines.forEach(line -> more.append(line).append('\n'));
        return new Answer(status, contentType, more.toString(), allow);
    }
}
