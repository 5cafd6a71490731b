/**
 * Lists and shows dead letters, and publishes their records again. It recognises those that an earlier run has
 * published, so that each is published once. It may not store anything.
 */
@NullMarked
package dev.messagecontact.recovery.deadletters;

import org.jspecify.annotations.NullMarked;
