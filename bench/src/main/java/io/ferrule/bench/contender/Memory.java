package io.ferrule.bench.contender;

/**
 * What processes hold of the machine's memory.
 *
 * @param pssBytes proportional set size: shared pages are divided among those who share them
 * @param rssBytes resident set size: shared pages count in each process
 */
public record Memory(long pssBytes, long rssBytes) {
    Memory plus(Memory other) {
        return new Memory(pssBytes + other.pssBytes, rssBytes + other.rssBytes);
    }
}
