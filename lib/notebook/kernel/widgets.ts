/**
 * Models of widgets, inside the kernel: what a page draws with the module that comes with them, in the protocol of
 * ipywidgets and anywidget.
 *
 * What each message must hold was found by trial, with JupyterLab 4.6, Notebook 7.6 and anywidget 0.11.
 *
 * @module
 */

import type { Comm, CommData, CommTarget } from "./comm.ts";

/** How to open a widget. */
export interface WidgetOptions {
  /** The module that draws it: JavaScript whose default export has a method `render`. */
  readonly module: string;
  /** The name of the module, by which a page tells it from others. */
  readonly name: string;
  /** What it shows at first. */
  readonly state: CommData;
  /** The version of anywidget that a page must have; any by default. */
  readonly anywidget?: string;
  /** Takes what the page changed. The page holds further changes back until it has settled. */
  readonly onChange: (state: CommData) => void | Promise<void>;
  /** Takes what the page says besides; nothing by default. */
  readonly onMessage?: (content: unknown) => void;
}

/** An open widget. */
export interface Widget {
  /** The id of its model, by which an output shows it. */
  readonly id: string;
  /** Changes what it shows. */
  set(changes: CommData): void;
  /** Closes it: pages show it no longer. */
  close(): void;
}

/** What the hub of comms offers. */
interface Hub {
  open(
    target: string,
    options: { readonly data: CommData; readonly metadata: CommData },
  ): Comm;
  setTarget(name: string, target: CommTarget): void;
}

interface Model {
  readonly comm: Comm;
  readonly state: Record<string, unknown>;
}

/** The version of the protocol, of which a page checks the first number. */
const PROTOCOL = "2.1.0";

/** All widgets of a kernel. */
export class Widgets {
  readonly #hub: Hub;
  readonly #models = new Map<string, Model>();

  /**
   * Begins with none, and answers pages that ask what there is, as they do when they are loaded anew.
   *
   * @param hub The comms of the kernel.
   */
  constructor(hub: Hub) {
    this.#hub = hub;
    hub.setTarget("jupyter.widget.control", (comm) => {
      comm.onMessage = ({ data }) => {
        if (data.method !== "request_states") return;
        comm.send({ method: "update_states", states: this.#states(), buffer_paths: [] });
      };
    });
  }

  /**
   * Opens a widget.
   *
   * @param options What it shows, and who takes what the page changes.
   * @returns The widget.
   */
  open(options: WidgetOptions): Widget {
    const state: Record<string, unknown> = {
      ...options.state,
      ...viewOf(options.anywidget ?? "*"),
      _esm: options.module,
      _anywidget_id: options.name,
    };
    const comm = this.#hub.open("jupyter.widget", {
      data: { state, buffer_paths: [] },
      metadata: { version: PROTOCOL },
    });
    this.#models.set(comm.id, { comm, state });
    const update = (method: string, changes: CommData) =>
      comm.send({ method, state: changes, buffer_paths: [] });
    comm.onMessage = async ({ data }) => {
      if (data.method === "request_state") return update("update", state);
      if (data.method === "custom") return options.onMessage?.(data.content);
      if (data.method !== "update") return;
      const changes = data.state as CommData;
      Object.assign(state, changes);
      update("echo_update", changes);
      await options.onChange(changes);
    };
    comm.onClose = () => void this.#models.delete(comm.id);
    return {
      id: comm.id,
      set: (changes) => {
        Object.assign(state, changes);
        update("update", changes);
      },
      close: () => {
        this.#models.delete(comm.id);
        comm.close();
      },
    };
  }

  #states(): object {
    const states = [...this.#models].map(([id, { state }]) => [id, {
      model_name: state._model_name,
      model_module: state._model_module,
      model_module_version: state._model_module_version,
      state,
    }]);
    return Object.fromEntries(states);
  }
}

function viewOf(version: string): CommData {
  return {
    _model_module: "anywidget",
    _model_name: "AnyModel",
    _model_module_version: version,
    _view_module: "anywidget",
    _view_name: "AnyView",
    _view_module_version: version,
    _view_count: null,
  };
}
