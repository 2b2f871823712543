package org.muster.problems;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProblemMapperTest {
    @Test
    void tokensInPathsAreNotLogged() {
        assertThat(ProblemMapper.withoutTokens("/api/v1/calendar/qM3v0yJx8Jt1sSg0n8b6u2cQ4rYw5dLkZpHfT7aEoXI.ics"))
                .isEqualTo("/api/v1/calendar/(hidden).ics");
        assertThat(ProblemMapper.withoutTokens("/api/v1/groups/019cb2f8-a653-7893-923f-0824128b2f33/calendar.ics"))
                .isEqualTo("/api/v1/groups/019cb2f8-a653-7893-923f-0824128b2f33/calendar.ics");
    }
}
