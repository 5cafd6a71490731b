/**
 * How the product talks to Kafka: clients, topics as they are, whole-topic reads. Hides client settings and how
 * answers are awaited. It may not know commands or tables.
 */
@NullMarked
package dev.messagecontact.kafka;

import org.jspecify.annotations.NullMarked;
