/**
 * The worker under random faults, then an audit. Hides the load, the plan of the faults, and what brings them about.
 */
@NullMarked
package dev.messagecontact.workshop.soak;

import org.jspecify.annotations.NullMarked;
