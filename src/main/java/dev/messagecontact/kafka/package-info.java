/**
 * Access to Kafka: clients, the state of topics, reads of whole topics. Callers choose no client settings and wait for
 * no future themselves. It may not know commands or tables.
 */
@NullMarked
package dev.messagecontact.kafka;

import org.jspecify.annotations.NullMarked;
