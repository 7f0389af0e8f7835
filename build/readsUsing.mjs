/** Loaded before dependency-cruiser: the visitor of swc, which it reads sources with, does not know `using` declarations. */
import swcVisitor from '@swc/core/Visitor.js';

const { Visitor } = swcVisitor;
const visitStatement = Visitor.prototype.visitStatement;

Visitor.prototype.visitStatement = function (statement) {
	if (statement.type !== 'UsingDeclaration') return visitStatement.call(this, statement);
	statement.decls = this.visitVariableDeclarators(statement.decls);
	return statement;
};
