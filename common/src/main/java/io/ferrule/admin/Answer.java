package io.ferrule.admin;

import io.netty.handler.codec.http.HttpResponseStatus;

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

    static Answer methodNotAllowed(String method) {
        String body = method + " is not allowed here: nothing can be changed, use GET or HEAD\n";
        return new Answer(HttpResponseStatus.METHOD_NOT_ALLOWED, TEXT, body, "GET, HEAD");
    }
}
