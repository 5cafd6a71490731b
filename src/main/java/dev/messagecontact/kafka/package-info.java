/**
 * Access to Kafka: clients, the state of topics, reads of whole topics. Callers choose no client settings, and none but the
 * publisher of events waits for a future itself. It may not know commands or tables.
 */
@NullMarked
package dev.messagecontact.kafka;

import org.jspecify.annotations.NullMarked;
