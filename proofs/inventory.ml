(* SPDX-License-Identifier: MIT OR Apache-2.0 *)
(* Prints what a unit holds: functions with a body, lemmas, axioms, admitted
   annotations, one line each, so that the proof leaves none out. *)
open Cil_types

let line fmt = Format.printf ("inventory: " ^^ fmt ^^ "@.")

let place loc =
  let p = fst loc in
  Format.asprintf "%a:%d" Filepath.Normalized.pretty p.Filepath.pos_path p.Filepath.pos_lnum

let admit where loc = line "admitted %s %s" where (place loc)

class visitor = object (self)
  inherit Visitor.frama_c_inplace

  method! vannotation a =
    (match a with
     | Dlemma (name, _, _, p, _, loc) ->
       (match p.tp_kind with
        | Admit -> line "axiom %s %s" name (place loc)
        | Check | Assert -> line "lemma %s %s" name (place loc))
     | Dinvariant (l, loc) | Dtype_annot (l, loc) -> line "axiom %s %s" l.l_var_info.lv_name (place loc)
     | _ -> ());
    Cil.DoChildren

  method! vcode_annot a =
    (match a.annot_content with
     | AAssert (_, p) | AInvariant (_, _, p) when p.tp_kind = Admit ->
       let loc = match Cil_datatype.Code_annotation.loc a with Some l -> l | None -> Cil_datatype.Location.unknown in
       admit "annotation" loc
     | _ -> ());
    Cil.DoChildren

  method! videntified_predicate p =
    if p.ip_content.tp_kind = Admit then admit "clause" p.ip_content.tp_statement.pred_loc;
    Cil.DoChildren

  method! vfunc f =
    let kf = Option.get self#current_kf in
    let spec = Annotations.funspec ~populate:false kf in
    let behaviors = List.exists (fun b -> b.b_assigns <> WritesAny) spec.spec_behavior in
    line "function %s %s %s" f.svar.vname (place f.svar.vdecl) (if behaviors then "contract" else "bare");
    Cil.DoChildren
end

let () =
  Db.Main.extend (fun () -> Visitor.visitFramacFileSameGlobals (new visitor :> Visitor.frama_c_visitor) (Ast.get ()))
