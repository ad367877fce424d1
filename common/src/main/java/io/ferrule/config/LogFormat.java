package io.ferrule.config;

/** How log lines are written. */
public enum LogFormat {
    /** One readable line an event. */
    TEXT,
    /** One JSON object an event. */
    JSON
}
