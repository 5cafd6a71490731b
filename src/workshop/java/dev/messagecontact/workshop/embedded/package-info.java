/**
 * A real Kafka broker and a real PostgreSQL for demo, dev, bench and the tests; never in production. Callers get
 * addresses; starting, stopping and cleaning up happen in here.
 */
@NullMarked
package dev.messagecontact.workshop.embedded;

import org.jspecify.annotations.NullMarked;
