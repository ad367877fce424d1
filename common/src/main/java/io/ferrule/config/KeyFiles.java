package io.ferrule.config;

import java.nio.file.Path;

/** Where a leg's own certificate chain and private key lie; both may be the same file. */
public record KeyFiles(Path certificate, Path key) {}
