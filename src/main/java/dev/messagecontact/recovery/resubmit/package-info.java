/**
 * Publishing commands once more that were refused by mistake. Hides how a command that was published once more is
 * recognised, so that it is published once. It may not store anything.
 */
@NullMarked
package dev.messagecontact.recovery.resubmit;

import org.jspecify.annotations.NullMarked;
