/**
 * A real Kafka broker and a real PostgreSQL for demo, dev, bench and the tests; never in production. Hides how they
 * are started, stopped and cleaned up after.
 */
@NullMarked
package dev.messagecontact.workshop.embedded;

import org.jspecify.annotations.NullMarked;
