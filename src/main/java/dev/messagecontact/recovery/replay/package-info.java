/**
 * Publishes answers again as they were decided. It decides what may be published again without a second verification. It
 * may not store a contact or move a worker's offsets.
 */
@NullMarked
package dev.messagecontact.recovery.replay;

import org.jspecify.annotations.NullMarked;
