"""What Jupyter's own tests of a kernel need to know of ours; conformance_test.ts runs them."""

import unittest

import jupyter_kernel_test


class Conformance(jupyter_kernel_test.KernelTests):
    kernel_name = "innerworks-deno"
    language_name = "typescript"
    file_extension = ".ts"
    code_hello_world = "console.log('hello, world')"
    code_stderr = "console.error('oops')"
    completion_samples = [
        {"text": "console.lo", "matches": ["log"]},
        {"text": "conso", "matches": ["console"]},
    ]
    complete_code_samples = ["1 + 1", "const x = { a: 1 }", "function f() {\n  return 1;\n}"]
    incomplete_code_samples = ["function f(", "f([", "`a"]
    invalid_code_samples = ["f)"]
    code_generate_error = "throw new Error('no')"
    code_execute_result = [
        {"code": "6 * 7", "result": "42"},
        {"code": "const six: number = 6; six", "result": "6"},
    ]
    code_display_data = [
        {
            "code": "await Deno.jupyter.display({ 'text/html': '<b>x</b>' }, { raw: true })",
            "mime": "text/html",
        }
    ]
    code_history_pattern = "6 ? 7*"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "console.log"
    code_clear_output = "Deno.jupyter.broadcast('clear_output', { wait: false })"


if __name__ == "__main__":
    unittest.main()
