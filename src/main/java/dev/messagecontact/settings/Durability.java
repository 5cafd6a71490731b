package dev.messagecontact.settings;

/** Whether brokers and database must keep what they have acknowledged. */
public enum Durability {
    /** They must: what weakens it is told. */
    EXPECTED,
    /** They need not: their data is that of a test. */
    TEST
}
