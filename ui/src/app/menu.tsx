// Every page of the workbench: its address, its word, the key that leads to it. One line a page.
import {
  AuditOutlined, BulbOutlined, CalendarOutlined, DatabaseOutlined, EnvironmentOutlined, FileSearchOutlined,
  HistoryOutlined, ImportOutlined, ProjectOutlined, ReconciliationOutlined, UnorderedListOutlined,
} from "@ant-design/icons"; // prettier-ignore
import { lazy, type ComponentType, type ReactNode } from "react";
import type { Word } from "./words";

export interface Entry {
  path: string;
  Page: ComponentType;
  /** Asks for its day and branch itself and stays as it is when they change: a map is not drawn anew for each day. */
  stays?: boolean;
  /** In the menu: its word, its sign, the letter after `g`. Pages about one thing are not in the menu. */
  menu?: { word: Word; icon: ReactNode; key: string };
}

const today = lazy(() => import("../pages/today/page"));
const lists = lazy(() => import("../pages/lists/page"));
const list = lazy(() => import("../pages/lists/list"));
const lights = lazy(() => import("../pages/lists/lights"));
const projects = lazy(() => import("../pages/projects/page"));
const project = lazy(() => import("../pages/project/page"));
const map = lazy(() => import("../pages/map/page"));
const reading = lazy(() => import("../pages/reading/page"));
const desk = lazy(() => import("../pages/reading/desk"));
const versions = lazy(() => import("../pages/reading/versions"));
const imports = lazy(() => import("../pages/imports/page"));
const imported = lazy(() => import("../pages/imports/one"));
const rounds = lazy(() => import("../pages/rounds/page"));
const round = lazy(() => import("../pages/rounds/one"));
const tasks = lazy(() => import("../pages/tasks/page"));
const task = lazy(() => import("../pages/tasks/one"));
const data = lazy(() => import("../pages/data/page"));
const dataTable = lazy(() => import("../pages/data/table"));
const row = lazy(() => import("../pages/row/page"));
const log = lazy(() => import("../pages/log/page"));

export const PAGES: Entry[] = [
  { path: "/", Page: today, menu: { word: "today", icon: <CalendarOutlined />, key: "t" } },
  { path: "/lists", Page: lists, menu: { word: "all_lists", icon: <UnorderedListOutlined />, key: "l" } },
  { path: "/lists/:id", Page: list },
  { path: "/lights", Page: lights, menu: { word: "lights", icon: <BulbOutlined />, key: "h" } },
  { path: "/projects", Page: projects, menu: { word: "projects", icon: <ProjectOutlined />, key: "p" } },
  { path: "/projects/:id", Page: project },
  { path: "/map", stays: true, Page: map, menu: { word: "one_map", icon: <EnvironmentOutlined />, key: "m" } },
  { path: "/reading", Page: reading, menu: { word: "reading_desk", icon: <FileSearchOutlined />, key: "r" } },
  { path: "/reading/:id", Page: desk },
  { path: "/reading/events/:id", Page: versions },
  { path: "/imports", Page: imports, menu: { word: "imports", icon: <ImportOutlined />, key: "i" } },
  { path: "/imports/:id", Page: imported },
  { path: "/rounds", Page: rounds, menu: { word: "rounds", icon: <ReconciliationOutlined />, key: "o" } },
  { path: "/rounds/:id", Page: round },
  { path: "/tasks", Page: tasks, menu: { word: "tasks", icon: <AuditOutlined />, key: "k" } },
  { path: "/tasks/:id", Page: task },
  { path: "/data", Page: data, menu: { word: "tables", icon: <DatabaseOutlined />, key: "d" } },
  { path: "/data/:table", Page: dataTable },
  { path: "/row/:table/:id", Page: row },
  { path: "/log", Page: log, menu: { word: "log", icon: <HistoryOutlined />, key: "e" } },
];
