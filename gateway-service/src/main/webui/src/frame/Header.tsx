import { Anchor, Button, Tabs, Text } from "@mantine/core";
import { signOut } from "../api";
import { useSpeech } from "../language/language";
import classes from "./Header.module.css";
import { LanguageSwitch } from "./LanguageSwitch";
import { Seal } from "./Seal";
import type { View } from "./Workshop";

export function Header({ user, views }: { user: string; views: readonly View[] }) {
    const { text } = useSpeech();

    async function leave() {
        await signOut();
        // A new page remembers nothing of the one who left.
        sessionStorage.clear();
        window.history.replaceState(null, "", "/");
        window.location.reload();
    }

    return (
        <header className={classes.header}>
            <div className={classes.bar}>
                <div className={classes.name}>
                    <Seal size={34} />
                    <span>
                        Huafang <span lang="zh-CN">画坊</span>
                    </span>
                </div>
                <Tabs.List aria-label={text.views.label} className={classes.views}>
                    {views.map((view) => (
                        <Tabs.Tab key={view} value={view} className={classes.view}>
                            {text.views[view]}
                        </Tabs.Tab>
                    ))}
                </Tabs.List>
                <div className={classes.aside}>
                    <Anchor href="/api" size="sm" c="dimmed" className={classes.api}>
                        {text.apiDocumentation}
                    </Anchor>
                    <LanguageSwitch />
                    <Text size="sm" c="dimmed" className={classes.user} title={text.session.signedInAs(user)}>
                        {user}
                    </Text>
                    <Button size="compact-sm" variant="default" onClick={leave}>
                        {text.session.signOut}
                    </Button>
                </div>
            </div>
        </header>
    );
}
