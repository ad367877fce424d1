package io.ferrule.admin;

/**
 * How a reload went.
 *
 * @param outcome in one word
 * @param text for people: what has changed, or everything that has to be mended first; no secret
 */
public record ReloadAnswer(Outcome outcome, String text) {
    /** What it came to. */
    public enum Outcome {
        /** What the files say is in force. */
        DONE,
        /** The files are wrong; what was in force still is. */
        REFUSED,
        /** The process is stopping. */
        TOO_LATE
    }
}
