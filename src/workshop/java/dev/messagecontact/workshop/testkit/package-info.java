/**
 * Worker processes, a proxy that fails and sample commands, for the workshop and the tests. Hides how a worker process
 * is started, stopped and watched.
 */
@NullMarked
package dev.messagecontact.workshop.testkit;

import org.jspecify.annotations.NullMarked;
