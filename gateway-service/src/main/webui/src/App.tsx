import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { useState } from "react";
import { LanguageProvider } from "./language/language";
import { SessionGate } from "./session/SessionGate";
import { sessionAwareClient } from "./session/session";
import { inkAndPaper, theme } from "./theme";
import { Workshop } from "./frame/Workshop";

export function App() {
    const [client] = useState(sessionAwareClient);
    return (
        <MantineProvider theme={theme} cssVariablesResolver={inkAndPaper} defaultColorScheme="auto">
            <LanguageProvider>
                <QueryClientProvider client={client}>
                    <SessionGate>{(user) => <Workshop key={user} user={user} />}</SessionGate>
                </QueryClientProvider>
            </LanguageProvider>
        </MantineProvider>
    );
}
