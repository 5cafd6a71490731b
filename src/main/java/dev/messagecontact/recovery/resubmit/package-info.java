/**
 * Publishes commands again that were refused by mistake. A header marks them, by which a second run leaves them out. It
 * may not store anything.
 */
@NullMarked
package dev.messagecontact.recovery.resubmit;

import org.jspecify.annotations.NullMarked;
